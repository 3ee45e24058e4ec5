import type { Application } from './applicationBuilder';
import { convNeXts } from './convNeXt';
import { denseNets } from './denseNet';
import { efficientNets } from './efficientNet';
import { efficientNetsV2 } from './efficientNetV2';
import { inceptions } from './inception';
import { mobileNets } from './mobileNet';
import { mobileNetsV3 } from './mobileNetV3';
import { nasNets } from './nasNet';
import { resnets } from './resnet';
import { vggs } from './vgg';
import { xceptions } from './xception';

/** The builders of keras.applications, as Keras 3 builds them. */
const applications: Readonly<Record<string, Application>> = {
  ...vggs,
  ...resnets,
  ...inceptions,
  ...xceptions,
  ...mobileNets,
  ...mobileNetsV3,
  ...nasNets,
  ...convNeXts,
  ...denseNets,
  ...efficientNets,
  ...efficientNetsV2,
};

/** A builder by its name: 'ResNet50'. */
export function findApplication(name: string): Application | undefined {
  return Object.hasOwn(applications, name) ? applications[name] : undefined;
}

export const applicationNames: readonly string[] = Object.keys(applications);
