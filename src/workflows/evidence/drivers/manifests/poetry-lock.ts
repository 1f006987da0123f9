import { defineManifest, named } from '../manifest.js';
import { driversInBlocks } from '../package-blocks.js';
import { isPythonDriver } from '../python-requirement.js';

/** Poetry and uv write the same blocks. */
export default defineManifest({
  matches: named('poetry.lock', 'uv.lock'),
  read: (text) => driversInBlocks(text, isPythonDriver),
});
