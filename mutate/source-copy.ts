import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const packages = 'node_modules';

/** A copy of the sources that may be broken at will: the checkout stays as it is. */
export class SourceCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Copies what git knows, and what is new and not ignored, as it stands in the checkout now. */
  static async of(root: string): Promise<SourceCopy> {
    const copy = new SourceCopy(await mkdtemp(join(tmpdir(), 'sluice-mutate-')));
    try {
      await copyFiles(root, copy.folder);
      await linkPackages(join(root, packages), join(copy.folder, packages));
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function copyFiles(from: string, to: string): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: from });
  for (const file of listed.toString().split('\0')) {
    // Where packages are a link, git takes them for a file of the project.
    if (file === '' || file === packages) continue;
    await mkdir(dirname(join(to, file)), { recursive: true });
    // One that was deleted and not committed is listed all the same.
    await cp(join(from, file), join(to, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Each package is a link, the folder is none: what tools keep beside the packages stays in the copy. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !name.startsWith('.vite'));
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name), 'junction')));
}
