/// What a simulated world shows to those that check it, and how they say that a promise was broken.
@NullMarked
package io.quorate.simulation.watch;

import org.jspecify.annotations.NullMarked;
