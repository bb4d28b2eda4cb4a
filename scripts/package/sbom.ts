import type { ModuleFacts } from './module-facts.ts';

/** A file or model of the package that is named by its digest. */
export interface NamedDigest {
  readonly name: string;
  readonly version: string;
  /** Hex. */
  readonly sha256: string;
}

export interface BillOfMaterials {
  readonly name: string;
  readonly version: string;
  readonly modules: readonly ModuleFacts[];
  readonly natives: readonly NamedDigest[];
  readonly models: readonly NamedDigest[];
}

/** CycloneDX 1.6, without time and serial number: the same package has the same bill. */
export function cycloneDx({ name, version, modules, natives, models }: BillOfMaterials): string {
  const hashes = (sha256: string) => [{ alg: 'SHA-256', content: sha256 }];
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
    components: [
      ...modules.map((each) => ({
        type: 'library',
        'bom-ref': purlOf(each),
        name: each.name,
        version: each.version,
        purl: purlOf(each),
        licenses: [/ (AND|OR) /.test(each.licence) ? { expression: each.licence } : { license: { id: each.licence } }],
      })),
      ...natives.map((each) => ({ type: 'file', name: each.name, version: each.version, hashes: hashes(each.sha256) })),
      ...models.map((each) => ({
        type: 'machine-learning-model',
        name: each.name,
        version: each.version,
        hashes: hashes(each.sha256),
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const purlOf = ({ name, version }: ModuleFacts) => `pkg:npm/${name.replace('@', '%40')}@${version}`;
