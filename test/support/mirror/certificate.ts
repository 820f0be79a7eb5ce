import { readFile } from 'node:fs/promises'
import { runTool } from '../programs/run-tool.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/** Makes a self-signed certificate for 127.0.0.1 and mirror.test with openssl, in PEM. */
export async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const directory = await makeTemporaryDirectory()
  const [key, cert] = [directory.file('key.pem'), directory.file('cert.pem')]
  try {
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1'
    const name = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:mirror.test']
    await runTool('openssl', [...request.split(' '), ...name, '-keyout', key, '-out', cert])
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  } finally {
    await directory.dispose()
  }
}
