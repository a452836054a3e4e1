package io.quorate.cli.compare;

/// What is measured of each protocol, how it is shown, and whom it matters to.
public enum Measure {
  // In the simulator, without any fault.
  DELAYS_AT_LEADER(
      Part.WRITES,
      "time of a write at the leader",
      "one-way delays",
      Better.LESS,
      "Nodes far apart, clients near the leader"),
  DELAYS_AT_FOLLOWER(
      Part.WRITES,
      "time of a write at a follower",
      "one-way delays",
      Better.LESS,
      "Nodes far apart, clients near a follower"),
  MESSAGES_ALONE(
      Part.WRITES,
      "messages per write, one client",
      "messages",
      Better.LESS,
      "Few writes, as few messages as can be"),
  BYTES_ALONE(
      Part.WRITES,
      "bytes between nodes per write, one client",
      "bytes",
      Better.LESS,
      "Few writes on a network that charges by the byte"),
  MESSAGES_BUSY(
      Part.WRITES,
      "messages per write, 64 clients",
      "messages",
      Better.LESS,
      "Many writes, as few messages as can be"),
  BYTES_BUSY(
      Part.WRITES,
      "bytes between nodes per write, 64 clients",
      "bytes",
      Better.LESS,
      "Many writes on a network that charges by the byte"),
  WRITES_PER_FLUSH_ALONE(
      Part.WRITES,
      "writes per fsync of a node, one client",
      "writes",
      Better.MORE,
      "Few writes on slow disks"),
  WRITES_PER_FLUSH_BUSY(
      Part.WRITES,
      "writes per fsync of a node, 64 clients",
      "writes",
      Better.MORE,
      "Many writes on slow disks"),
  // In the simulator, the leader gone.
  TAKEOVER_PROCESS(
      Part.TAKEOVER,
      "time without writes when the leader's process ends",
      "ms",
      Better.LESS,
      "Processes that are killed or restarted"),
  TAKEOVER_HOST(
      Part.TAKEOVER,
      "time without writes when the leader's host is cut off",
      "ms",
      Better.LESS,
      "Hosts and links that die without a word"),
  ELECTION_DELAYS(
      Part.TAKEOVER,
      "election, from its first message to the first decision",
      "one-way delays",
      Better.LESS,
      "Nodes far apart, leaders that change often"),
  // On a real cluster.
  PUTS_ALONE(
      Part.REAL, "puts/s, one client", "puts/s", Better.MORE, "One client that waits for each put"),
  PUT_P50_ALONE(
      Part.REAL, "put p50, one client", "ms", Better.LESS, "A quick answer to a put by itself"),
  PUT_P99_ALONE(
      Part.REAL,
      "put p99, one client",
      "ms",
      Better.LESS,
      "An answer to a put by itself that is rarely late"),
  PUTS_BUSY(Part.REAL, "puts/s, 64 clients", "puts/s", Better.MORE, "Many clients that put"),
  PUT_P50_BUSY(Part.REAL, "put p50, 64 clients", "ms", Better.LESS, "A quick answer under load"),
  PUT_P99_BUSY(
      Part.REAL,
      "put p99, 64 clients",
      "ms",
      Better.LESS,
      "An answer under load that is rarely late"),
  GETS(
      Part.REAL,
      "linearizable gets/s, 64 clients",
      "gets/s",
      Better.MORE,
      "Mostly linearizable reads"),
  SERIALIZABLE_GETS(
      Part.REAL,
      "serializable gets/s, 64 clients",
      "gets/s",
      Better.MORE,
      "Mostly serializable reads"),
  GAP_AFTER_KILL(
      Part.REAL,
      "time without writes after SIGKILL of the leader",
      "ms",
      Better.LESS,
      "Leaders that are killed, on this machine"),
  // Of the code itself.
  MESSAGE_KINDS(
      Part.CODE,
      "kinds of messages",
      "kinds",
      Better.LESS,
      "Few things to learn before reading a capture"),
  PROMISES(
      Part.CODE,
      "of these, kinds that wait for the disk",
      "kinds",
      Better.LESS,
      "Few promises to get wrong"),
  RECORD_KINDS(Part.CODE, "kinds of records on disk", "kinds", Better.LESS, "Few formats on disk"),
  CODE_SIZE(
      Part.CODE, "compiled code of the protocol", "KiB", Better.LESS, "Little code to understand");

  /// Where a figure comes from.
  public enum Part {
    WRITES(
        "What a write costs, simulated",
        "A calm cluster; messages take exactly a millisecond from node to node, values have 256"
            + " bytes. With one client, disks take no time, so that what is left is how often the"
            + " protocol waits for a message; with 64 clients a flush takes about a millisecond."),
    TAKEOVER(
        "When the leader is gone, simulated",
        "From the end of the leader until a write that was begun after it is answered. The election"
            + " timeout is a second. A process that ends breaks its links, which the others see; a"
            + " host that is cut off is only silent."),
    REAL(
        "Real processes on this machine",
        "Three nodes, one client process on loopback, connected to the leader; 256-byte values, ten"
            + " thousand keys. Each protocol has its turn in each round, on a cluster that begins"
            + " anew."),
    CODE(
        "Complexity",
        "Counted in the compiled classes of each protocol's own package. What several share, such"
            + " as rounds of reads, catching up and the store, is in none.");

    private final String title;
    private final String explanation;

    Part(String title, String explanation) {
      this.title = title;
      this.explanation = explanation;
    }

    /// How the figures come about.
    public String explanation() {
      return explanation;
    }

    public String title() {
      return title;
    }
  }

  /// Which figures are better.
  public enum Better {
    LESS("less"),
    MORE("more");

    private final String word;

    Better(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  private final Part part;
  private final String title;
  private final String unit;
  private final Better better;
  private final String concern;

  Measure(Part part, String title, String unit, Better better, String concern) {
    this.part = part;
    this.title = title;
    this.unit = unit;
    this.better = better;
    this.concern = concern;
  }

  public Part part() {
    return part;
  }

  public String title() {
    return title;
  }

  /// As in `time of a write (ms)`, unless the title says the unit itself.
  public String titleWithUnit() {
    return title.contains(unit) ? title : "%s (%s)".formatted(title, unit);
  }

  public String unit() {
    return unit;
  }

  public Better better() {
    return better;
  }

  /// Of those to whom it matters.
  public String concern() {
    return concern;
  }
}
