/// The invariants that all protocols share, held against every step of every member: C1 to C4, C7,
/// C8, C10 to C12, and that a term has one leader.
@NullMarked
package io.quorate.simulation.consensus;

import org.jspecify.annotations.NullMarked;
