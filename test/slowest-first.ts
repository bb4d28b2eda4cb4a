import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that start a whole twin come first, so that none of them is waited for at the end. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(startsTwin(b)) - Number(startsTwin(a)));
  }
}

const startsTwin = ({ project }: TestSpecification): boolean => project.name === 'twin';
