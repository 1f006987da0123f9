export * from './before/judgement.js';
export * from './before/trial.js';
export * from './before/way-back.js';
export * from './before/backup.js';
export * from './before/gates.js';
