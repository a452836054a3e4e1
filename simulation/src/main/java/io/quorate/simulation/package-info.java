/// A deterministic world for the code that replicates: virtual time, network, disks and crashes,
/// all from one seed and in one thread.
@NullMarked
package io.quorate.simulation;

import org.jspecify.annotations.NullMarked;
