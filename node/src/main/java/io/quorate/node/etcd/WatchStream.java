package io.quorate.node.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchCreateRequest.FilterType;
import io.quorate.api.WatchRequest;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.StreamRpc;
import io.quorate.node.watch.Recipient;
import io.quorate.node.watch.WatchHub;
import io.quorate.node.watch.Watcher;
import io.quorate.store.Event;
import io.quorate.store.Failure;
import io.quorate.store.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// One client's stream of watchers.
final class WatchStream implements StreamRpc.Requests, Recipient {
  /// The watch id of responses that are about no watcher, or about all.
  private static final long NONE = -1;

  private static final Bytes ZERO = Bytes.of(new byte[1]);

  /// Watchers of one stream: each takes memory for as long as its client likes.
  private static final int MAX_WATCHERS = 100_000;

  private static final class Own {
    final Watcher watcher;
    final boolean notifies;
    final boolean fragments;

    /// Whether it has been sent anything since progress was last looked at.
    boolean wasTold;

    Own(Watcher watcher, WatchCreateRequest request) {
      this.watcher = watcher;
      this.notifies = request.getProgressNotify();
      this.fragments = request.getFragment();
    }
  }

  private final ServingNode member;
  private final WatchHub hub;
  private final StreamRpc.Responses responses;
  private final int fragmentBytes;
  private final int ticks;
  private final BiConsumer<WatchStream, StreamRpc.Responses> closed;

  private final TreeMap<Long, Own> watchers = new TreeMap<>();
  private final Map<Watcher, Long> ids = new LinkedHashMap<>();
  private long nextId;

  /// Ticks until progress is notified. The one under way does not count.
  private int left;

  /// Whether a further request was not asked for yet, since the client reads nothing.
  private boolean pausing;

  /// @param ticks in an interval of progress notifications
  /// @param closed told when the stream is over
  WatchStream(
      ServingNode member,
      WatchHub hub,
      StreamRpc.Responses responses,
      int fragmentBytes,
      int ticks,
      BiConsumer<WatchStream, StreamRpc.Responses> closed) {
    this.member = member;
    this.hub = hub;
    this.responses = responses;
    this.fragmentBytes = fragmentBytes;
    this.ticks = ticks;
    this.left = ticks + 1;
    this.closed = closed;
  }

  // What the client says

  @Override
  public void request(Bytes bytes) {
    try {
      var request = WatchRequest.parseFrom(bytes.asByteBuffer());
      switch (request.getRequestUnionCase()) {
        case CREATE_REQUEST -> create(request.getCreateRequest());
        case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
        case PROGRESS_REQUEST -> progress();
        case REQUESTUNION_NOT_SET -> {} // passed over (etcd-122)
      }
    } catch (InvalidProtocolBufferException e) {
      fail(Failure.MALFORMED_REQUEST.code().number(), Failure.MALFORMED_REQUEST.text());
      return;
    }
    pausing = !responses.isReady();
    if (!pausing) {
      responses.request();
    }
  }

  @Override
  public void ready() {
    if (pausing) {
      pausing = false;
      responses.request();
    }
    hub.ready(List.copyOf(ids.keySet()));
  }

  /// Events go on (etcd-139).
  @Override
  public void ended() {}

  @Override
  public void cancelled() {
    close();
  }

  private void close() {
    ids.keySet().forEach(hub::close);
    ids.clear();
    watchers.clear();
    closed.accept(this, responses);
  }

  void fail(int code, String text) {
    close();
    responses.failed(code, text);
  }

  private void create(WatchCreateRequest request) {
    // What is not shown yet must not come behind the answer: it is not after the revision in there.
    hub.flush();
    var key = request.getKey().isEmpty() ? ZERO : Bytes.of(request.getKey().toByteArray());
    var keys = KeyRange.of(key, Bytes.of(request.getRangeEnd().toByteArray()));
    long asked = request.getWatchId();
    if (request.getStartRevision() < 0) {
      refuse(Failure.COMPACTED.text());
    } else if (keys.isEmpty()) {
      refuse("mvcc: watcher range is empty");
    } else if (asked < 0) {
      refuse("quorate: a watch id below 0: choose one from 0 up, or 0 to be given one");
    } else if (watchers.containsKey(asked) && asked != 0) {
      refuse("mvcc: duplicate watch ID provided on the WatchStream");
    } else if (watchers.size() >= MAX_WATCHERS) {
      refuse("quorate: more than %s watchers on one stream: open another".formatted(MAX_WATCHERS));
    } else {
      accept(request, keys, asked == 0 ? freeId() : asked);
    }
  }

  private void refuse(String why) {
    send(new WatchResponses(head(hub.revision()), NONE).created().cancelled(0, why).done());
  }

  private long freeId() {
    while (watchers.containsKey(nextId)) {
      nextId++;
    }
    return nextId++;
  }

  private void accept(WatchCreateRequest request, KeyRange keys, long id) {
    var filters = request.getFiltersList();
    var subject =
        new Watcher.Subject(
            keys,
            !filters.contains(FilterType.NOPUT),
            !filters.contains(FilterType.NODELETE),
            request.getPrevKv());
    send(new WatchResponses(head(hub.revision()), id).created().done());
    var watcher = hub.watch(subject, request.getStartRevision(), this);
    ids.put(watcher, id);
    watchers.put(id, new Own(watcher, request));
  }

  private void cancel(long id) {
    hub.flush();
    var own = watchers.remove(id);
    if (own == null) {
      return;
    }
    ids.remove(own.watcher);
    hub.close(own.watcher);
    send(new WatchResponses(head(hub.revision()), id).cancelled(0, "").done());
  }

  /// Answered only if it is true of every watcher, else not at all: the client asks again
  /// (etcd-146, 148).
  private void progress() {
    hub.flush();
    if (!ids.isEmpty() && ids.keySet().stream().allMatch(hub::isInSync)) {
      send(new WatchResponses(head(hub.revision()), NONE).done());
    }
  }

  // What is shown

  @Override
  public boolean isReady() {
    return responses.isReady();
  }

  @Override
  public void events(Watcher watcher, List<Event> events, long revision) {
    var id = ids.get(watcher);
    var own = id == null ? null : watchers.get(id);
    if (id == null || own == null) {
      throw new IllegalStateException("events for a watcher of another stream");
    }
    own.wasTold = true;
    boolean previous = watcher.subject().previous();
    var encoded = new ArrayList<Bytes>(events.size());
    for (var event : events) {
      encoded.add(event.encoded(previous));
    }
    var header = head(revision);
    if (own.fragments) {
      WatchResponses.fragments(header, id, encoded, fragmentBytes).forEach(this::send);
    } else {
      send(WatchResponses.events(header, id, encoded, false));
    }
  }

  /// The header says nothing of the revision here (etcd-118).
  @Override
  public void compacted(Watcher watcher, long revision) {
    var id = ids.remove(watcher);
    if (id != null) {
      watchers.remove(id);
      send(new WatchResponses(head(0), id).cancelled(revision, "").done());
    }
  }

  /// A part of the interval of progress notifications has passed, and [WatchHub#flush()] was
  /// called.
  void tick() {
    left--;
    if (left > 0) {
      return;
    }
    left = ticks;
    watchers.forEach((id, own) -> {
      if (own.notifies && !own.wasTold && hub.isInSync(own.watcher) && responses.isReady()) {
        send(new WatchResponses(head(hub.revision()), id).done());
      }
      own.wasTold = false;
    });
  }

  private Bytes head(long revision) {
    return member.response(revision, Bytes.EMPTY);
  }

  private void send(Bytes response) {
    responses.send(response);
  }
}
