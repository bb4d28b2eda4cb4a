import * as z from 'zod';
import { limits } from '../limits.ts';

/** Fields that the schemas of several steps share. */
export const columnName = z.string().min(1).max(128);
export const featuresField = z
  .array(columnName)
  .min(1)
  .max(limits.featuresMax)
  .describe('The columns that the step works on; the name of a group means all its columns.');
/** A learned number for each column. */
export const row = z.array(z.number());
/** Learned categories for each column, in their order. */
export const categoryLists = z.array(z.array(z.string().max(limits.textCharactersMax)).max(limits.categoriesMax));
/** The name of the group that a step makes. */
export const groupName = columnName.describe('Name of the new group of columns.');
