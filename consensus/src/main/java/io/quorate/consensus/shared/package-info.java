/// What several protocols are built of alike: a log of marked entries, and rounds of read barriers.
@NullMarked
package io.quorate.consensus.shared;

import org.jspecify.annotations.NullMarked;
