/// What clients asked and were told, and whether it can be: two checkers that share nothing.
@NullMarked
package io.quorate.simulation.history;

import org.jspecify.annotations.NullMarked;
