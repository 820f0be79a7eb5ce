// glibc reads the variable when a process starts. It is for the test processes (vitest.config.ts);
// the programs that they start run without it, as their users' do.
delete process.env['GLIBC_TUNABLES']
