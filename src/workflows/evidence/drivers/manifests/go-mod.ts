import { goDrivers } from '../driver-names.js';
import { defineManifest, named } from '../manifest.js';

/** What is asked for is what is built with: the least version that suffices. */
export default defineManifest({
  matches: named('go.mod'),
  read: (text) => {
    const lines = text.replace(/\/\/.*$/gm, '').matchAll(/^\s*(?:require\s+)?([\w.-]+(?:\/[\w.-]+)+)\s+(v\S+)\s*$/gm);
    return [...lines].flatMap(([, name = '', version = '']) =>
      goDrivers.includes(name.replace(/\/v\d+$/, '')) ? [{ name, wanted: version, exact: version }] : [],
    );
  },
});
