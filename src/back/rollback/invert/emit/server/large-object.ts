import { defineEmitter, refuse } from '../../emitter.js';

const reason = 'what large objects hold is not read';

export default defineEmitter({
  kind: 'large object',
  cannotCreate: () => reason,
  cannotDrop: () => reason,
  create: () => [],
  drop: () => [],
  alter: () => refuse(reason),
});
