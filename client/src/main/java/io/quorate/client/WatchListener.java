package io.quorate.client;

import java.util.List;

/// Who hears of changes. Calls come one after the other, on threads of the client; while one lasts,
/// no more is taken from the server.
public interface WatchListener {
  /// The watch stands: every change from this revision on will be told. Comes again, with the
  /// revision where it goes on, after an interruption.
  default void onBegin(long revision) {}

  /// Changes, all of one or several whole revisions, in order: none is left out, none comes twice.
  void onEvents(List<Event> events);

  /// Every change up to this revision has been told.
  default void onProgress(long revision) {}

  /// The node or the way to it failed. The watch goes on by itself behind the last change that was
  /// told, at the next address, as soon as one answers.
  default void onInterruption(QuorateException failure) {}

  /// The watch is over, and not because it was closed. [QuorateException.Compacted]: what would
  /// have come next is not kept any more.
  void onEnd(QuorateException failure);
}
