import { driveOf, type RunningJob } from '../job/running-job.svelte.ts'

/** Returns the name of a drive, with its device if the drive of another job has the same name. */
export function tellApart({ request }: RunningJob, jobs: RunningJob[]): string {
  const name = request.driveName
  const device = driveOf(request.spec)?.device
  const isAlone = jobs.filter((job) => job.request.driveName === name).length < 2
  return isAlone || device === undefined ? name : `${name} (${device})`
}
