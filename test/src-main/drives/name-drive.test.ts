import { expect, test } from 'vitest'
import { nameDrive } from '../../../src-main/drives/name-drive.ts'

test.each([
  ['SanDisk ', 'Ultra           ', 'SanDisk Ultra'],
  ['Kingston', 'DataTraveler_3.0', 'Kingston DataTraveler 3.0'],
  ['Samsung', 'Samsung SSD 980', 'Samsung SSD 980'],
  ['ATA     ', 'WDC WD10EZEX', 'WDC WD10EZEX'],
  ['0x1af4', null, '/dev/vdb'],
  ['Generic', null, 'Generic'],
  [null, '  ', '/dev/vdb'],
])('vendor %j and model %j are called %j', (vendor, model, name) =>
  expect(nameDrive({ vendor, model, device: '/dev/vdb' })).toBe(name),
)
