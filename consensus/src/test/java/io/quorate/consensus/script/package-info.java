/// Plays scripted scenes of a few members of a group, for every protocol alike: see [Transcripts].
@NullMarked
package io.quorate.consensus.script;

import org.jspecify.annotations.NullMarked;
