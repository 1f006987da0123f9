import { nodeDrivers } from '../driver-names.js';
import { asObject, asText, defineManifest, named, parseObject, versionOrNull } from '../manifest.js';

export default defineManifest({
  matches: named('package.json'),
  read: (text) => {
    const manifest = parseObject(text);
    const wanted = { ...asObject(manifest?.['devDependencies']), ...asObject(manifest?.['dependencies']) };
    return nodeDrivers.flatMap((name) =>
      wanted[name] === undefined ? [] : [{ name, wanted: versionOrNull(asText(wanted[name])), exact: null }],
    );
  },
});
