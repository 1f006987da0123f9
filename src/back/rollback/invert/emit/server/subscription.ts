import { defineEmitter, refuse } from '../../emitter.js';

const reason = 'how a subscription connects is never read, and its slot lives on another server: it takes a hand';

export default defineEmitter({
  kind: 'subscription',
  cannotCreate: () => reason,
  cannotDrop: () => reason,
  create: () => [],
  drop: () => [],
  alter: () => refuse(reason),
});
