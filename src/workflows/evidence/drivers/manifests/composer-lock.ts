import { phpDrivers } from '../driver-names.js';
import { asObject, asText, defineManifest, type FoundDriver, named, parseObject } from '../manifest.js';

/** Packages with what was settled on; PHP's own extensions with what is asked of the machine. */
export default defineManifest({
  matches: named('composer.lock'),
  read: (text) => {
    const lock = parseObject(text);
    const packages = Array.isArray(lock?.['packages']) ? (lock['packages'] as readonly unknown[]).map(asObject) : [];
    const platform = asObject(lock?.['platform']) ?? {};
    return phpDrivers.flatMap((name): readonly FoundDriver[] => {
      const exact = asText(packages.find((one) => one?.['name'] === name)?.['version']);
      if (exact !== null) return [{ name, wanted: null, exact }];
      const wanted = asText(platform[name]);
      return wanted === null ? [] : [{ name, wanted, exact: null }];
    });
  },
});
