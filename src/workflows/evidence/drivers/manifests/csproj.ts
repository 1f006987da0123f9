import { dotnetDrivers } from '../driver-names.js';
import { defineManifest, type FoundDriver, versionOrNull } from '../manifest.js';

/** `Version` stands as an attribute or as an element; with central versions in Directory.Packages.props. */
export default defineManifest({
  matches: (fileName) => fileName.endsWith('.csproj') || fileName === 'Directory.Packages.props',
  read: (text) => {
    const bare = text.replace(/<!--[\s\S]*?-->/g, '');
    const references = bare.matchAll(/<(PackageReference|PackageVersion)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1>)/g);
    return [...references].flatMap(([, , attributes = '', inner = '']): readonly FoundDriver[] => {
      const name = attributeOf(attributes, 'Include');
      const known = dotnetDrivers.find((one) => one.toLowerCase() === name?.toLowerCase());
      if (known === undefined) return [];
      const version = attributeOf(attributes, 'Version') ?? /<Version>([^<]*)<\/Version>/.exec(inner)?.[1];
      // Without brackets it is the least one, which NuGet takes.
      return [{ name: known, wanted: versionOrNull(version), exact: null }];
    });
  },
});

function attributeOf(attributes: string, name: string): string | undefined {
  return new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(attributes)?.[1];
}
