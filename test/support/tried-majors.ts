const everything = process.env['EVERY_MAJOR'] === '1';

/**
 * Whether the case at this place of a long list is tried on a major: the oldest and the newest try everything, the two
 * between a third each, unless EVERY_MAJOR=1 asks for all.
 */
export function isTriedOn(major: number, index: number): boolean {
  return everything || major === 15 || major === 18 || index % 3 === major % 3;
}

/** The same for a list that is too long for every day: each case on one major, unless EVERY_MAJOR=1 asks for all. */
export function isSampledOn(major: number, index: number): boolean {
  return everything || index % 4 === major % 4;
}

/** What takes long is tried on the oldest and the newest major, unless EVERY_MAJOR=1 asks for all. */
export const outerMajors = everything ? ([15, 16, 17, 18] as const) : ([15, 18] as const);

/** What takes long and differs little is tried on the newest major, unless EVERY_MAJOR=1 asks for the oldest too. */
export const newestMajors = everything ? ([15, 18] as const) : ([18] as const);
