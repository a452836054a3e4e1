/// One replica of one group: turns a consensus machine's effects into journal records, messages and
/// applied commands.
@NullMarked
package io.quorate.replica;

import org.jspecify.annotations.NullMarked;
