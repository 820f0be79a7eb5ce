import type { Api } from '../../../src-shared/api.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { showUrl } from '../../net/http.ts'
import type { Ask } from './ask.ts'
import { UserConsent } from './user-consent.ts'
import { guardAnswers } from './guard-answers.ts'
import { guardJob, type JobGuard } from './guard-job.ts'
import { guardSource, refuseMirror } from './guard-source.ts'
import { ListedDrives } from './listed-drives.ts'
import type { PageGrants } from './page-grants.ts'
import { showPath } from './show-place.ts'

/**
 * Returns the part of the core that the page may call. A folder, a file in the settings and a
 * disk-image file must have been granted, and a drive must have been listed. The user is asked
 * about other files, about servers, and about trust in anything other than Fedora's keys. Every
 * call is listed here, so that a new one is considered.
 */
export function guardPage(api: Api, grants: PageGrants, ask: Ask, keep: (answers: SimpleAnswers) => void): Api {
  const consent = new UserConsent(api.surroundings, grants, ask)
  const listed = new ListedDrives()
  const job: JobGuard = {
    consent,
    listed,
    async guardAnswers(answers) {
      await guardAnswers(answers, grants, ask, 'job')
      // Only what passed is kept: the next page may repeat it without a question.
      if (answers.sshKeys.length > 0) keep(answers)
    },
  }

  return {
    ...guardReading(api, grants, consent, listed),
    async changeSettings(args) {
      const { streamBaseUrl, keyring, cacheDirectory, verify } = args.changes
      if (keyring != null) consent.requirePath('keyring', keyring)
      if (cacheDirectory != null) consent.requirePath('cache', cacheDirectory)
      if (streamBaseUrl != null) await consent.agree('mirror', showUrl(streamBaseUrl))
      if (keyring != null) await consent.agree('keyring', showPath(keyring))
      if (verify === false) await consent.agree('noReadBack')
      return api.changeSettings(args)
    },
    async start({ spec }) {
      await guardJob(spec, job)
      // The dialog of the system asks about a file that exists.
      return api.start({ spec: spec.job === 'save' ? { ...spec, replace: true } : spec })
    },
    async startWrites(args) {
      await guardJob(args.spec, job)
      return api.startWrites(args)
    },
    clearCache: api.clearCache,
    cancel: api.cancel,
    subscribe: (listener, topics) =>
      api.subscribe((news) => {
        if (news.news === 'drives') listed.add(news.drives)
        listener(news)
      }, topics),
  }
}

type Writing = 'changeSettings' | 'start' | 'startWrites' | 'clearCache' | 'cancel' | 'subscribe'

/** Guards the calls that only read. What they return may be named in later calls. */
function guardReading(api: Api, grants: PageGrants, consent: UserConsent, listed: ListedDrives): Omit<Api, Writing> {
  return {
    surroundings: api.surroundings,
    cache: api.cache,
    sizes: api.sizes,
    settings: api.settings,
    async catalog(args) {
      refuseMirror(args.streamBaseUrl)
      return api.catalog(args)
    },
    async releases(args) {
      refuseMirror(args.streamBaseUrl)
      return api.releases(args)
    },
    async drives(args) {
      const answer = await api.drives(args)
      if (answer.ok) listed.add(answer.value)
      return answer
    },
    async inspectDrive(args) {
      consent.requirePath('drive', args.path)
      const answer = await api.inspectDrive(args)
      if (answer.ok) {
        listed.add([answer.value])
        grants.addPath('drive', answer.value.identity.device)
      }
      return answer
    },
    checkFirstBoot: () => Promise.reject(refuse('The page sets up no first boot')),
    firstBoot: () => Promise.reject(refuse('The page reads no first boot')),
    async preview(args) {
      await guardSource(args.source, consent)
      return api.preview(args)
    },
    async checkIgnition(args) {
      await consent.askForFile('ignition', args.path)
      return api.checkIgnition(args)
    },
    async recentImages(args) {
      const answer = await api.recentImages(args)
      if (answer.ok)
        for (const { image } of answer.value) {
          if (image.kind === 'file') grants.addPath('image', image.path)
          if (image.kind === 'url') grants.addServer(image.url)
        }
      return answer
    },
  }
}

const refuse = (reason: string): KindlingError => new KindlingError('usage', { reason })
