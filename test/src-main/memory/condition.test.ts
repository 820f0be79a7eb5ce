import { expect, test } from 'vitest'
import { createCondition } from '../../../src-main/memory/condition.ts'

test('all who wait are woken once, and those who come later by the next one', async () => {
  const condition = createCondition()
  const woken: string[] = []
  const wait = (name: string) => void condition.wait().then(() => woken.push(name))
  condition.notify()
  wait('first')
  wait('second')
  await Promise.resolve()
  expect(woken).toEqual([])
  condition.notify()
  wait('third')
  await Promise.resolve()
  expect(woken).toEqual(['first', 'second'])
  condition.notify()
  await Promise.resolve()
  expect(woken).toEqual(['first', 'second', 'third'])
})
