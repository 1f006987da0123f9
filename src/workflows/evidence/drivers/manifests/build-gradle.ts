import { javaDrivers } from '../driver-names.js';
import { defineManifest, type FoundDriver, named, versionOrNull } from '../manifest.js';

/** A build script is a program: only what stands in it as a plain text is known. */
export default defineManifest({
  matches: named('build.gradle', 'build.gradle.kts'),
  read: (text) => {
    const bare = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:"'])\/\/.*$/gm, '$1');
    return javaDrivers.flatMap((name): readonly FoundDriver[] => {
      const [group = '', artifact = ''] = name.split(':').map((part) => part.replace(/\./g, '\\.'));
      const short = new RegExp(`["']${group}:${artifact}(?::([^"'@]+))?(?:@\\w+)?["']`).exec(bare);
      const long = new RegExp(
        `group\\s*[:=]\\s*["']${group}["']\\s*,\\s*name\\s*[:=]\\s*["']${artifact}["'](?:\\s*,\\s*version\\s*[:=]\\s*["']([^"']+)["'])?`,
      ).exec(bare);
      const match = short ?? long;
      if (match === null) return [];
      const wanted = versionOrNull(match[1]);
      return [{ name, wanted, exact: wanted !== null && /^[\w.-]+$/.test(wanted) ? wanted : null }];
    });
  },
});
