package io.quorate.consensus.script;

import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Status;
import java.util.List;

/// What a [Scene] has to know of the protocol that it plays: the words of its own.
public interface Dialect {
  Protocol protocol();

  String of(Message message);

  String of(JournalRecord record);

  /// A leadership's number, with the protocol's word for it.
  default String term(long term) {
    return "term " + term;
  }

  default String of(Status status) {
    return "%s, %s, decided %d, last %d"
        .formatted(
            status.role(), term(status.leadership().term()), status.decided(), status.last());
  }

  /// A command of the protocol's own: what a member's journal holds before its first start.
  ///
  /// @param arguments what follows the member
  List<JournalRecord> records(String command, List<String> arguments);
}
