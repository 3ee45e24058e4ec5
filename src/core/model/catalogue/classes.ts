import type { ClassDefinition } from './classDefinition';
import { activations } from './activations';
import { constraints } from './constraints';
import { initializers } from './initializers';
import { losses } from './losses';
import { optimizers } from './optimizers';
import { regularizers } from './regularizers';
import { schedules } from './schedules';

export type Lookup<Definition extends ClassDefinition> = (name: string) => Definition | undefined;

/** Finds a class by its name or one of its aliases. */
export function lookup<Definition extends ClassDefinition>(
  definitions: readonly Definition[],
  fold: (name: string) => string = (name) => name,
): Lookup<Definition> {
  const byName = new Map</* name */ string, Definition>();
  for (const definition of definitions) {
    for (const name of [definition.className, ...definition.aliases]) {
      byName.set(fold(name), definition);
    }
  }
  return (name) => byName.get(fold(name));
}

export const findActivation = lookup(activations);
export const findInitializer = lookup(initializers);
export const findRegularizer = lookup(regularizers);
export const findConstraint = lookup(constraints);
export const findLoss = lookup(losses);
/** Keras takes an optimizer's string in any case. */
export const findOptimizer = lookup(optimizers, (name) => name.toLowerCase());
export const findSchedule = lookup(schedules);
