import type { BuildFacts } from './build-facts.ts'
import type { ShippedPackage } from './shipped-packages.ts'

/**
 * Returns a CycloneDX 1.6 bill of materials of the app's contents.
 * `npm sbom --omit dev` lists other packages: it includes what only installing drivelist needs, and
 * misses Electron and all that the bundles take from development dependencies, as Svelte.
 * https://cyclonedx.org/docs/1.6/json/
 */
export function writeBillOfMaterials(facts: BuildFacts, packages: ShippedPackage[]): string {
  const itself = `pkg:generic/kindling@${facts.version}`
  const electron = {
    type: 'framework',
    'bom-ref': `pkg:npm/electron@${facts.electron}`,
    name: 'electron',
    version: facts.electron,
    description: 'the runtime, with Chromium and Node',
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:npm/electron@${facts.electron}`,
  }
  const components = packages.map(({ name, version, licence, integrity }) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return {
      type: 'library',
      'bom-ref': purl,
      name,
      version,
      licenses: licence.includes(' ') ? [{ expression: licence }] : [{ license: { id: licence } }],
      ...(integrity?.startsWith('sha512-') && {
        hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') }],
      }),
      purl,
    }
  })
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: {
        timestamp: new Date(facts.time * 1000).toISOString(),
        component: {
          type: 'application',
          'bom-ref': itself,
          name: 'kindling',
          version: facts.version,
          licenses: [{ license: { id: 'Apache-2.0' } }],
          properties: [{ name: 'commit', value: facts.commit }],
        },
      },
      components: [electron, ...components],
      dependencies: [{ ref: itself, dependsOn: [electron, ...components].map((each) => each['bom-ref']) }],
    },
    null,
    2,
  )}\n`
}
