import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { wine } from './wine.ts'

const root = resolve(import.meta.dirname, '../../..')
const templates = join(root, 'node_modules/app-builder-lib/templates/nsis')

/** Stand-in for the UAC plug-in: the user is an administrator already. */
const uac = `!ifndef UAC_HDR__INC
!define UAC_HDR__INC
!include LogicLib.nsh
!macro UAC_RunElevated
  StrCpy $0 0
  StrCpy $1 2
!macroend
!macro _UAC_IsAdmin _a _b _t _f
  !insertmacro _== $CMDLINE $CMDLINE \`\${_t}\` \`\${_f}\`
!macroend
!define UAC_IsAdmin \`"" UAC_IsAdmin ""\`
!macro _UAC_IsInnerInstance _a _b _t _f
  !insertmacro _== $CMDLINE "" \`\${_t}\` \`\${_f}\`
!macroend
!define UAC_IsInnerInstance \`"" UAC_IsInnerInstance ""\`
!endif
`

/** Stand-in for the StdUtils plug-in: the functions that the script calls, by NSIS's own. */
const stdUtils = `!ifndef STDUTILS_STAND_IN
!define STDUTILS_STAND_IN
!include FileFunc.nsh
!define StdUtils.TestParameter '!insertmacro _TestParameter'
!macro _TestParameter out name
  \${GetParameters} \${out}
  ClearErrors
  \${GetOptions} \${out} "--\${name}" \${out}
  IfErrors 0 +6
  \${GetParameters} \${out}
  ClearErrors
  \${GetOptions} \${out} "/\${name}" \${out}
  IfErrors 0 +3
  StrCpy \${out} "false"
  Goto +2
  StrCpy \${out} "true"
!macroend
!define StdUtils.GetAllParameters '!insertmacro _GetAllParameters'
!macro _GetAllParameters out truncate
  \${GetParameters} \${out}
!macroend
!define StdUtils.GetParentPath '!insertmacro _GetParentPath'
!macro _GetParentPath out path
  \${GetParent} \`\${path}\` \${out}
!macroend
!define StdUtils.ExecShellAsUser '!insertmacro _ExecShellAsUser'
!macro _ExecShellAsUser out file verb args
  StrCpy \${out} "stand-in"
!macroend
!endif
`

/**
 * Makes the tools that electron-builder needs for its NSIS target, of Debian's nsis and wine. They
 * are on GitHub otherwise. electron-builder's script is its own except for:
 *
 * - its plug-ins, which are programs of 32 bits: UAC and StdUtils have stand-ins, WinShell's calls
 *   are left out, and NSIS itself compresses instead of 7-Zip;
 * - the search for a running Kindling: wine's PowerShell and findstr find everything.
 * @param directory – the directory to create
 * @returns the variables for electron-builder
 */
export async function makeInstallerTools(directory: string): Promise<Record<string, string>> {
  const at = (path: string) => join(directory, path)
  for (const name of ['bin', 'nsis', 'resources/plugins/x86-unicode']) await mkdir(at(name), { recursive: true })
  await cp(templates, at('templates'), { recursive: true })
  await writeFile(at('templates/include/UAC.nsh'), uac)
  await writeFile(at('templates/include/StdUtils.nsh'), stdUtils)
  const change = async (name: string, pattern: RegExp, replacement = '') => {
    const text = await readFile(at(`templates/${name}`), 'utf8')
    const changed = text.replaceAll(pattern, replacement)
    if (changed === text) throw new Error(`electron-builder’s ${name} has changed`)
    await writeFile(at(`templates/${name}`), changed)
  }
  await change('uninstaller.nsh', /^.*WinShell::.*$/gm)
  await change('include/installer.nsh', /^.*WinShell::.*$/gm)
  await change(
    'include/extractAppPackage.nsh',
    /^ *File \/oname=\$PLUGINSDIR\\app-64.*$/gm,
    'File /r "${APP_64}.folder/*"',
  )
  await change('include/extractAppPackage.nsh', /^ *(!insertmacro extractUsing7za|Nsis7z::|nsisunz::).*$/gm)
  await change(
    'include/allowOnlyOneInstallerInstance.nsh',
    /!insertmacro (_CHECK_APP_RUNNING|IS_POWERSHELL_AVAILABLE)/g,
  )

  const program = async (name: string, text: string) => {
    await writeFile(at(name), `#!/bin/sh\n${text}\n`)
    await chmod(at(name), 0o755)
  }
  await program('bin/wine', `exec ${wine} "$@"`)
  await program(
    'nsis/makensis',
    `cd '${at('templates')}' && sed 's#${templates}#${at('templates')}#g' |
exec makensis '-XTarget amd64-unicode' "$@"`,
  )
  await program(
    '7za',
    `for each; do case $each in *.7z) archive=$each ;; esac; done
mkdir -p "$archive.folder" && cp -r . "$archive.folder" && echo stand-in >"$archive"`,
  )
  await writeFile(at('nsis/elevate.exe'), 'stand-in')
  await writeFile(at('icon.ico'), toIcon(await readFile(join(root, 'assets/icons/256x256.png'))))
  return {
    ELECTRON_BUILDER_NSIS_DIR: at('nsis'),
    ELECTRON_BUILDER_NSIS_RESOURCES_DIR: at('resources'),
    ELECTRON_BUILDER_7ZIP_PATH: at('7za'),
    PATH: `${at('bin')}:${process.env['PATH']}`,
  }
}

/**
 * Makes an icon file of one picture of 256×256. Format:
 * https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 */
function toIcon(png: Buffer): Buffer {
  const head = Buffer.alloc(22)
  // Type, number of pictures; their planes, bits, size and offset. A size of 0 stands for 256.
  for (const [offset, value] of [
    [2, 1],
    [4, 1],
    [10, 1],
    [12, 32],
  ] as const)
    head.writeUInt16LE(value, offset)
  head.writeUInt32LE(png.length, 14)
  head.writeUInt32LE(head.length, 18)
  return Buffer.concat([head, png])
}
