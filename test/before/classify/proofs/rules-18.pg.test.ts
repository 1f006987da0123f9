import { proveAllRules } from './prove-all-rules.js';

proveAllRules(18);
