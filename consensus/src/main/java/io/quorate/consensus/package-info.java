/// The consensus port: what a group asks of a protocol, and what a protocol may ask of its replica.
///
/// A protocol is a pure, single-threaded state machine. Inputs go in, effects come out as values;
/// it has no clock, thread, disk or network of its own, and the same start and inputs always give
/// the same effects. The protocols stand in packages of their own behind [Protocol].
@NullMarked
package io.quorate.consensus;

import org.jspecify.annotations.NullMarked;
