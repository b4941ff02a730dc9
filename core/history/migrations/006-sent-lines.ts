/**
 * Changes no table: from here on an attempt's header lines name those of its request by their places (`sent-lines.ts`). A Creel that does not know that would show
 * numbers for lines, and is to refuse the file instead.
 */
export const sentLines = ''
