/** No package of this family comes near these; they bound what a bad one can take. */
export const MAX_ARCHIVE_BYTES = 2 * 1024 ** 3;
export const MAX_UNPACKED_BYTES = 2 * 1024 ** 3;
export const MAX_UNPACKED_ENTRIES = 10_000;
