import type { ProvingGround } from '../../scoring/proving/proving-ground.ts';

/** What is done differently to the local twin and to Azure. */
export type Deeds = Pick<ProvingGround, 'kill' | 'throttle' | 'release' | 'requestUnits' | 'instances'>;
