export { configJsonSchema } from '../foundation/config/config-schema.js';
