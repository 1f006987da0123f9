import { javaDrivers } from '../driver-names.js';
import { defineManifest, type FoundDriver, named, versionOrNull } from '../manifest.js';

/** Properties of the same file are put in; what a parent says is not known. */
export default defineManifest({
  matches: named('pom.xml'),
  read: (text) => {
    const bare = text.replace(/<!--[\s\S]*?-->/g, '');
    const properties = elementOf(bare, 'properties') ?? '';
    const blocks = [...bare.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)];
    const found = blocks.flatMap(([, block = '']): readonly FoundDriver[] => {
      const name = `${elementOf(block, 'groupId')}:${elementOf(block, 'artifactId')}`;
      if (!javaDrivers.includes(name)) return [];
      const version = elementOf(block, 'version');
      const property = /^\$\{([\w.-]+)\}$/.exec(version ?? '')?.[1];
      const wanted = versionOrNull(property === undefined ? version : (elementOf(properties, property) ?? version));
      return [{ name, wanted, exact: isPlain(wanted) ? wanted : null }];
    });
    // Named under dependencyManagement, and again where it is used without a version.
    return found.filter(({ name, wanted }, at) => {
      const same = found.filter((one) => one.name === name);
      return (
        wanted !== null ||
        (same.every((one) => one.wanted === null) && found.findIndex((one) => one.name === name) === at)
      );
    });
  },
});

function isPlain(version: string | null): boolean {
  return version !== null && /^[\w.-]+$/.test(version);
}

function elementOf(xml: string, name: string): string | null {
  const open = `<${name}>`;
  const from = xml.indexOf(open);
  const to = from < 0 ? -1 : xml.indexOf(`</${name}>`, from);
  return to < 0 ? null : xml.slice(from + open.length, to).trim();
}
