import type { Bridge } from '../../src-shared/window-api.ts'
import type { Desk } from '../desk.svelte.ts'

/** Chooses what the window is opened with, now and later; not under a job that is being looked at. */
export async function takeOpenedImages(desk: Desk, { call, onNews }: Pick<Bridge, 'call' | 'onNews'>): Promise<void> {
  const take = async () => {
    if (desk.job !== null) return
    const answer = await call('takeImage', {})
    if (!answer.ok || answer.value === null) return
    if (answer.value.kind === 'file') desk.image.chooseFile(answer.value.path)
    else desk.image.chooseUrl(answer.value.url)
  }
  onNews(({ news }) => void (news === 'image' && take()))
  await take()
}
