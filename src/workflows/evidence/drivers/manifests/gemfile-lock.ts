import { rubyDrivers } from '../driver-names.js';
import { defineManifest, named } from '../manifest.js';

/** What was settled on stands four spaces in; what that in turn asks for, six. */
export default defineManifest({
  matches: named('Gemfile.lock', 'gems.locked'),
  read: (text) =>
    [...text.matchAll(/^ {4}([A-Za-z0-9_.-]+) \(([^()]+)\)\r?$/gm)].flatMap(([, name = '', exact = '']) =>
      rubyDrivers.includes(name) ? [{ name, wanted: null, exact }] : [],
    ),
});
