import { expect, test } from 'vitest'
import { windowProgram, type NodeRuntime } from '../../../../src-main/hosts/cli/window-program.ts'

const node: NodeRuntime = {
  execPath: '/usr/bin/node',
  electron: undefined,
  appImage: null,
  findElectron: () => '/src/node_modules/electron/dist/electron',
}
const packaged = '/opt/Kindling/resources/app.asar/out/main'
const electron: NodeRuntime = { ...node, execPath: '/opt/Kindling/kindling-window', electron: '45.0.0' }

test.each([
  ['beside the sources it is npm’s Electron with them', '/src/out/main', node, [node.findElectron(), '/src']],
  ['in a package it is the package’s program', packaged, electron, ['/opt/Kindling/kindling-window']],
  [
    'in an AppImage it is the AppImage, whose mount outlives nobody else',
    packaged,
    { ...electron, appImage: '/home/me/Kindling.AppImage' },
    ['/home/me/Kindling.AppImage'],
  ],
  ['beside the sources, run by Electron, it is this Electron', '/src/out/main', electron, [electron.execPath, '/src']],
])('%s', (_, directory, runtime, program) => {
  expect(windowProgram(directory, runtime)).toEqual(program)
})

test('without an Electron it says so', () => {
  const findElectron = () => {
    throw new Error('Cannot find module')
  }
  expect(() => windowProgram('/src/out/main', { ...node, findElectron })).toThrow('window-failed')
})
