import { nodeDrivers } from '../driver-names.js';
import { asObject, asText, defineManifest, type FoundDriver, named, parseObject } from '../manifest.js';

/** Since npm 7 by path under `packages`; before that by name under `dependencies`. */
export default defineManifest({
  matches: named('package-lock.json', 'npm-shrinkwrap.json'),
  read: (text) => {
    const lock = parseObject(text);
    const packages = asObject(lock?.['packages']);
    const older = asObject(lock?.['dependencies']);
    return nodeDrivers.flatMap((name): readonly FoundDriver[] => {
      const entry = asObject(packages?.[`node_modules/${name}`]) ?? asObject(older?.[name]);
      const exact = asText(entry?.['version']);
      return exact === null ? [] : [{ name, wanted: null, exact }];
    });
  },
});
