// The command on captures made here: where it stops, what it says, and that threads change nothing.
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "codecs/itch/messages.hpp"
#include "gateway/usable_cores.hpp"
#include "replay/pcap_writer.hpp"
#include "tests/gateway/replay_support.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// One instrument: two bids, an ask, an execution, a replace.
Day acme_day() {
    Day day;
    day.start(1).directory(1, "ACME");
    day.add(10, 1, 1, 'B', 100, 100'000).add(20, 1, 2, 'B', 50, 99'000);
    day.add(30, 1, 3, 'S', 70, 101'000).execute(40, 1, 3, 20).replace(50, 1, 2, 4, 10, 100'000);
    return day;
}

/// So many that their files are beyond what one thread is to read alone.
constexpr std::uint64_t large_messages = 300'000;

/// `count` instruments with orders that come and go, so that every shard has work.
Day busy_day(std::uint16_t count, std::uint64_t messages) {
    Day day;
    day.start(1);
    for (std::uint16_t locate = 1; locate <= count; ++locate)
        day.directory(locate, "S" + std::to_string(locate));
    for (std::uint64_t i = 0; i < messages; ++i) {
        const auto locate = static_cast<std::uint16_t>(1 + i * 7 % count);
        const std::uint64_t reference = 1 + i;
        if (i % 3 == 2 && i > 5U * count)
            day.remove(2 + i / 100, static_cast<std::uint16_t>(1 + (i - count) * 7 % count),
                       reference - count);
        else
            day.add(2 + i / 100, locate, reference, i % 2 == 0 ? 'B' : 'S', 100,
                    static_cast<std::uint32_t>(100'000 + i % 50 * 100),
                    "S" + std::to_string(locate));
    }
    return day;
}

class Replay : public testing::Test {
protected:
    fs::path file(std::string_view name, codecs::Bytes bytes) const {
        replay::tests::write_file(directory_ / name, bytes);
        return directory_ / name;
    }
    fs::path file(std::string_view name, const Day& day) const { return file(name, day.bytes()); }

    TempDir directory_;
};

TEST_F(Replay, TellsTheWholeOfOneInstrument) {
    const Ran ran = run(json_of({file("2015-05-01.itch", acme_day())}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(ran.out, HasSubstr("\"messages\": 7, \"bytes\": 239, "));
    EXPECT_THAT(ran.out,
                HasSubstr(R"("messages_by_type": {"A": 3, "E": 1, "R": 1, "S": 1, "U": 1},)"));
    EXPECT_THAT(
        ran.out,
        HasSubstr(
            R"("ACME": {"venue": "nasdaq", "state": "unknown", "in_sync_at_end": true, )"
            R"("book_updates": 5, "stale_ignored": 0, "unapplied": 0, "snapshots": 0, "gaps": 0, )"
            R"("checksums_verified": 0, "checksums_failed": 0, "trades": 1, "trade_volume": "20", )"
            R"("cross_volume": "0", "last_trade_price": "10.1", )"
            // 2015-05-01 00:00:10 in New York, four hours behind UTC.
            R"("first_time_ns": 1430452810000000000, "last_time_ns": 1430452850000000000, )"
            R"("bid_levels": 1, "ask_levels": 1, "open_orders": 3, "book_crc32": ")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10", "110", 2]], "asks": [["10.1", "50", 1]]})"));
}

TEST_F(Replay, ChecksumsTheWholeBookAsText) {
    Day day;
    day.start().add(1, 1, 1, 'B', 100, 100'000).add(1, 1, 2, 'S', 50, 100'100);
    // "B 10 100\nA 10.01 50\n"
    EXPECT_THAT(run(json_of({file("a.itch", day)})).out, HasSubstr(R"("book_crc32": "097d4312")"));
}

TEST_F(Replay, StopsAfterTheMessagesAskedFor) {
    const Day day = acme_day();
    for (std::uint64_t most = 0; most <= day.count() + 1; ++most) {
        ReplayOptions options = json_of({file("a.itch", day)});
        options.max_messages = most;
        for (unsigned threads = 1; threads <= 2; ++threads) {
            options.threads = threads;
            const std::uint64_t messages = std::min<std::uint64_t>(most, day.count());
            EXPECT_THAT(run(options).out,
                        HasSubstr("\"messages\": " + std::to_string(messages) + ','));
        }
    }
}

TEST_F(Replay, ReadsUpToATimeAndNoFurther) {
    ReplayOptions options = json_of({file("a.itch", acme_day())});
    options.date = std::chrono::year{2015} / 5 / 1;
    const auto messages = [&](SessionTime until) {
        options.until = until;
        return run(options).out;
    };
    EXPECT_THAT(messages(SinceMidnight{30s}), HasSubstr("\"messages\": 5,")) << "inclusive";
    EXPECT_THAT(messages(SinceMidnight{30s - 1ns}), HasSubstr("\"messages\": 4,"));
    EXPECT_THAT(messages(SinceMidnight{0s}), HasSubstr("\"messages\": 0,"));
    const book::TimeNs midnight{1430452800s};
    EXPECT_THAT(messages(midnight + 30s), HasSubstr("\"messages\": 5,"));
    EXPECT_THAT(messages(midnight - 1ns), HasSubstr("\"messages\": 0,"));
    EXPECT_THAT(messages(midnight + 40h), HasSubstr("\"messages\": 7,"));
}

TEST_F(Replay, ShowsBooksAsTheyStoodAndCountsAllTheSame) {
    ReplayOptions options = json_of({file("a.itch", acme_day())});
    options.at = SinceMidnight{20s};
    const Ran ran = run(options);
    EXPECT_THAT(ran.out, HasSubstr("\"messages\": 7,"));
    EXPECT_THAT(ran.out, HasSubstr(R"("trades": 1,)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10", "100", 1], ["9.9", "50", 1]], "asks": []})"));
    options.at = SinceMidnight{23h};
    EXPECT_THAT(run(options).out, HasSubstr(R"("bids": [["10", "110", 2]])")) << "the end";
    options.at = SinceMidnight{0s};
    EXPECT_THAT(run(options).out, HasSubstr(R"("open_orders": 0,)"));
}

TEST_F(Replay, ThreadsChangeNothing) {
    Day day = busy_day(40, 5000);
    day.remove(60, 3, 999'999).raw(replay::tests::to_bytes("Axyz")).start(70);
    day.add(71, 9, 1, 'B', 5, 5, "S9").raw(replay::tests::to_bytes("?"));
    ReplayOptions options = json_of({file("a.itch", day), file("b.itch", acme_day())});
    options.digest = true;
    options.threads = 1;
    const std::string alone = steady(run(options).out);
    EXPECT_THAT(alone, HasSubstr("\"unknown_type\": 1, \"bad_length\": 1, \"unknown_order\": 1,"));
    for (const unsigned threads : {2U, 3U, 5U}) {
        options.threads = threads;
        EXPECT_EQ(steady(run(options).out), alone) << threads;
    }
    options.threads.reset();
    options.include_io = true;
    EXPECT_THAT(run(options).out, HasSubstr("\"include_io\": true"));
}

TEST_F(Replay, TakesTheThreadsThatPay) {
    const auto threads = [](unsigned count) {
        return HasSubstr("\"threads\": " + std::to_string(count) + ',');
    };
    ReplayOptions options = json_of({file("small.itch", busy_day(40, 5000))});
    EXPECT_THAT(run(options).out, threads(1)) << "a small capture";
    options.threads = 2;
    EXPECT_THAT(run(options).out, threads(2)) << "asked for";
    options.threads = 1;
    const fs::path large = file("large.itch", busy_day(40, large_messages));
    options.captures = {large, large};
    options.digest = true;
    const std::string alone = steady(run(options).out);
    options.threads.reset();
    const std::string automatic = run(options).out;
    EXPECT_THAT(automatic, threads(std::min(usable_cores(), ReplayOptions::automatic_threads_max)));
    EXPECT_EQ(steady(automatic), alone);
    options.max_messages = 100;
    EXPECT_THAT(run(options).out, threads(1)) << "little is read";
    options.max_messages.reset();
    options.strict = true;
    EXPECT_THAT(run(options).out, threads(1)) << "in order";
    options.strict = false;
    options.top_every = {1h, directory_ / "top.csv"};
    EXPECT_THAT(run(options).out, threads(1)) << "in order";
}

TEST(UsableCores, AreThoseOfTheAffinity) {
    std::thread{[] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
        ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
        EXPECT_EQ(usable_cores(), 1U);
    }}.join();
}

TEST_F(Replay, RefusesACrossThatWouldOverflowTheVolume) {
    Day day = acme_day();
    itch::CrossTrade cross;
    cross.stock_locate = 1;
    cross.timestamp_ns = 60 * second_ns;
    cross.stock = codecs::Alpha<8>{"ACME"};
    for (const std::uint64_t shares :
         {~std::uint64_t{0} >> 1, std::uint64_t{1}, ~std::uint64_t{0}}) {
        cross.shares = shares;
        day.put(cross);
    }
    const Ran ran = run(json_of({file("a.itch", day)}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr("\"quantity_overflow\": 2"));
    EXPECT_THAT(ran.out, HasSubstr(R"("cross_volume": "9223372036854775807")"));
}

TEST_F(Replay, SeesEveryCutAsSuch) {
    const Day day = acme_day();
    const codecs::Bytes whole = day.bytes();
    // Less than two frames, and the kind of a file is a matter of luck.
    for (std::size_t cut = day.offset(2); cut < whole.size(); ++cut) {
        const fs::path path = file("cut.itch", whole.first(cut));
        std::size_t messages = 0;
        while (messages + 1 < day.count() && day.offset(messages + 1) <= cut)
            ++messages;
        const std::size_t offset = day.offset(messages);
        const Ran ran = run(json_of({path}));
        EXPECT_THAT(ran.out, HasSubstr("\"messages\": " + std::to_string(messages) + ','));
        if (offset == cut) {
            EXPECT_EQ(ran.status, 0) << cut;
            continue;
        }
        EXPECT_EQ(ran.status, 3) << cut;
        EXPECT_THAT(ran.out, HasSubstr("\"damage\": {\"file\": \"" + path.string() +
                                       "\", \"offset\": " + std::to_string(offset) + ','));
        EXPECT_THAT(ran.err, HasSubstr(path.string()));
    }
}

TEST_F(Replay, StopsAtALengthOfZeroBeforeAMessage) {
    Day day = acme_day();
    Buffer bytes{day.bytes().begin(), day.bytes().end()};
    replay::tests::append(bytes, replay::tests::to_bytes({0, 0}));
    EXPECT_EQ(run(json_of({file("ended.itch", bytes)})).status, 0) << "the end of a session";
    replay::tests::append(bytes, acme_day().bytes().subspan(2));
    const Ran ran = run(json_of({file("damaged.itch", bytes)}));
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.out, HasSubstr("\"messages\": 7,"));
    EXPECT_THAT(ran.out, HasSubstr("\"offset\": 239, \"reason\": "));
}

TEST_F(Replay, StrictStopsAtTheFirstRefusalAndSaysWhich) {
    Day day = acme_day();
    day.remove(60, 1, 77).remove(61, 1, 1);
    ReplayOptions options = json_of({file("a.itch", day)});
    Ran ran = run(options);
    EXPECT_EQ(ran.status, 0) << "refusals are counted";
    EXPECT_THAT(ran.out, HasSubstr("\"unknown_order\": 1,"));
    EXPECT_THAT(ran.out, HasSubstr("\"in_sync_at_end\": false, \"book_updates\": 6, "
                                   "\"stale_ignored\": 0, \"unapplied\": 1,"));
    options.strict = true;
    ran = run(options);
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.out, HasSubstr("\"messages\": 8,"));
    EXPECT_THAT(ran.err, HasSubstr("refused: unknown_order: OrderDelete stock_locate=1"));
    EXPECT_THAT(ran.err, HasSubstr("order_ref=77"));
    EXPECT_THAT(ran.err, HasSubstr("(byte 239)"));
    options.captures = {file("b.itch", acme_day())};
    EXPECT_EQ(run(options).status, 0);
}

TEST_F(Replay, SeveralCapturesAreOneFeed) {
    const Day day = acme_day();
    const fs::path first = file("1.itch", day.slice(0, 4));
    const fs::path second = file("2.itch", day.slice(4, day.count()));
    const Ran parts = run(json_of({first, second}));
    const Ran whole = run(json_of({file("whole.itch", day)}));
    EXPECT_EQ(parts.status, 0);
    EXPECT_EQ(steady(parts.out).substr(parts.out.find('\n')),
              steady(whole.out).substr(whole.out.find('\n')));
}

TEST_F(Replay, AddsUpDaysThoughEachStartsAfresh) {
    // The second day has another locate, another date and a book of its own.
    Day next;
    next.start(1).directory(5, "ACME").add(7, 5, 1, 'B', 5, 50'000);
    next.execute(8, 5, 1, 2).directory(1, "GLOBEX");
    const Ran ran =
        run(json_of({file("2015-05-01.itch", acme_day()), file("2015-05-02.itch", next)}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr("\"book_updates\": 7, "));
    EXPECT_THAT(ran.out, HasSubstr(R"("trades": 2, "trade_volume": "22", "cross_volume": "0", )"
                                   R"("last_trade_price": "5", )"
                                   R"("first_time_ns": 1430452810000000000, )"
                                   R"("last_time_ns": 1430539208000000000, )"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["5", "3", 1]], "asks": []})"));
    EXPECT_THAT(ran.out, HasSubstr("\"GLOBEX\": {"));
    EXPECT_THAT(ran.out, HasSubstr("\"unknown_order\": 0,")) << "references start again too";
}

TEST_F(Replay, RefusesWhatItCannotRead) {
    const fs::path good = file("good.itch", acme_day());
    const fs::path foreign = file("foreign.pdf", replay::tests::to_bytes("%PDF-1.7 and so on"));
    const fs::path missing = directory_ / "missing.itch";
    for (const fs::path& bad : {foreign, missing, file("empty", Buffer{})})
        for (const auto& captures : {std::vector{bad}, std::vector{good, bad}}) {
            const Ran ran = run(json_of(captures));
            EXPECT_EQ(ran.status, 2);
            EXPECT_EQ(ran.out, "");
            EXPECT_THAT(ran.err,
                        testing::MatchesRegex("tickweir replay: " + bad.string() + ": [^\n]+\n"));
        }
    EXPECT_THAT(run(json_of({foreign})).err, HasSubstr("%PDF"));
}

TEST_F(Replay, RefusesOptionsThatContradict) {
    ReplayOptions options = json_of({file("a.itch", acme_day())});
    options.threads = 2;
    options.strict = true;
    EXPECT_EQ(run(options).status, 2);
    EXPECT_THAT(run(options).err, HasSubstr("--strict needs --threads 1"));
    options.strict = false;
    options.events = directory_ / "events";
    EXPECT_THAT(run(options).err, HasSubstr("--events needs --threads 1"));
    options.events.reset();
    options.top_every = {1s, directory_ / "top.csv"};
    EXPECT_THAT(run(options).err, HasSubstr("--top-every needs --threads 1"));
    options.threads = 1;
    options.timezone = "Nowhere/Land";
    EXPECT_EQ(run(options).status, 2);
    EXPECT_THAT(run(options).err, HasSubstr("Nowhere/Land"));
    EXPECT_FALSE(fs::exists(directory_ / "top.csv")) << "nothing was read";
    EXPECT_EQ(run({}).status, 2) << "no capture";
}

TEST_F(Replay, WritesEventsOfWhatIsShown) {
    Day day = acme_day();
    day.add(60, 2, 9, 'B', 5, 50'000, "GLOBEX");
    ReplayOptions options = json_of({file("1970-01-02.itch", day)});
    options.events = directory_ / "events";
    options.symbols = {"ACME"};
    options.timezone = "UTC";
    EXPECT_EQ(run(options).status, 0);
    const std::string events = text_of(*options.events);
    EXPECT_EQ(std::ranges::count(events, '\n'), 6) << "five changes and a trade";
    EXPECT_THAT(events, Not(HasSubstr("GLOBEX")));
    EXPECT_THAT(events, HasSubstr(R"({"time": 86440000000000, "symbol": "ACME", )"
                                  R"("action": "execute", "order_id": "3", "side": "sell", )"
                                  R"("price": "10.1", "quantity": "20", "left": "50", )"));
    EXPECT_THAT(events, HasSubstr(R"("action": "trade", "order_id": "3", "price": "10.1", )"
                                  R"("quantity": "20", "side": "buy", "trade_id": "1"})"));
    options.events = directory_ / "no" / "events";
    EXPECT_EQ(run(options).status, 1);
}

TEST_F(Replay, SamplesTheStateAfterTheMessagesOfATime) {
    ReplayOptions options = json_of({file("a.itch", acme_day())});
    options.top_every = {10s, directory_ / "top.csv"};
    options.depth = 1;
    options.timezone = "UTC";
    EXPECT_EQ(run(options).status, 0);
    const std::string head = "time,symbol,bid_price_1,bid_quantity_1,ask_price_1,ask_quantity_1\n";
    const std::string rows =
        "10000000000,ACME,10,100,,\n"
        "20000000000,ACME,10,100,,\n"
        "30000000000,ACME,10,100,10.1,70\n"
        "40000000000,ACME,10,100,10.1,50\n"
        "50000000000,ACME,10,110,10.1,50\n";
    EXPECT_EQ(text_of(directory_ / "top.csv"), head + rows);
    // A replay that was told to stop later than the data end has nothing to add.
    options.until = SinceMidnight{1h};
    EXPECT_EQ(run(options).status, 0);
    EXPECT_EQ(text_of(directory_ / "top.csv"), head + rows);
    // One that stops between two messages knows the state up to there.
    options.until = SinceMidnight{39s};
    options.top_every->every = 3s;
    EXPECT_EQ(run(options).status, 0);
    EXPECT_THAT(text_of(directory_ / "top.csv"),
                testing::EndsWith("39000000000,ACME,10,100,10.1,70\n"));
}

TEST_F(Replay, SamplesAQuietMorningInNoTime) {
    Day day;
    day.start(1).add(20 * 3600, 1, 1, 'B', 1, 10'000);
    ReplayOptions options = json_of({file("a.itch", day)});
    options.top_every = {1ns, directory_ / "top.csv"};
    options.depth = 1;
    EXPECT_EQ(run(options).status, 0);
    const std::string text = text_of(directory_ / "top.csv");
    EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

// -------------------------------------------------------------------------------------- packets

class ReplayPackets : public Replay {
protected:
    /// One packet a message, numbered from `sequence`; `left_out` are not written.
    fs::path packets(std::string_view name, const Day& day, std::size_t from, std::size_t to,
                     std::string_view session = "S1", std::vector<std::size_t> left_out = {},
                     std::uint64_t sequence = 1) const {
        auto writer = replay::PcapWriter::create(directory_ / name);
        EXPECT_TRUE(writer.has_value());
        for (std::size_t i = from; i < to; ++i) {
            if (std::ranges::count(left_out, i) != 0) continue;
            writer->write(book::TimeNs{1430452800s + std::chrono::seconds{i}},
                          replay::tests::mold(session, sequence + i, 1, day.slice(i, i + 1)));
        }
        EXPECT_TRUE(writer->finish().has_value());
        return directory_ / name;
    }
};

TEST_F(ReplayPackets, GiveWhatTheFileGives) {
    const Day day = acme_day();
    ReplayOptions of_file = json_of({file("a.itch", day)});
    of_file.date = std::chrono::year{2015} / 5 / 1;
    const Ran ran = run(json_of({packets("a.pcap", day, 0, day.count())}));
    EXPECT_EQ(ran.status, 0);
    const std::string expected = steady(run(of_file).out);
    EXPECT_EQ(steady(ran.out).substr(ran.out.find('\n')), expected.substr(expected.find('\n')))
        << "the day is the packets'";
}

TEST_F(ReplayPackets, ALossTakesEveryBookOutOfSync) {
    Day day = acme_day();
    day.add(60, 1, 9, 'B', 5, 50'000);
    ReplayOptions options = json_of({packets("a.pcap", day, 0, day.count(), "S1", {5, 7})});
    options.events = directory_ / "events";
    const Ran ran = run(options);
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr("\"gaps\": 1, \"lost_messages\": 1, "));
    EXPECT_THAT(ran.out, HasSubstr("\"in_sync_at_end\": false, "));
    EXPECT_THAT(ran.out, HasSubstr("\"snapshots\": 0, \"gaps\": 1, "));
    EXPECT_THAT(text_of(*options.events), HasSubstr("{\"action\": \"lost\", \"messages\": 1}\n"));
    options.events.reset();
    options.threads = 2;
    EXPECT_EQ(steady(run(options).out), steady(ran.out));
}

TEST_F(ReplayPackets, CapturesOfOneSessionAreJoined) {
    const Day day = acme_day();
    const std::size_t count = day.count();
    const Ran whole = run(json_of({packets("whole.pcap", day, 0, count)}));
    const auto body = [](const Ran& ran) {
        const std::string text = steady(ran.out);
        return text.substr(text.find("\"instruments\""));
    };
    const Ran overlap =
        run(json_of({packets("1.pcap", day, 0, 5), packets("2.pcap", day, 2, count)}));
    EXPECT_THAT(overlap.out, HasSubstr("\"duplicate_messages\": 3, "));
    EXPECT_EQ(body(overlap), body(whole));
    const Ran apart =
        run(json_of({packets("1.pcap", day, 0, 5), packets("2.pcap", day, 6, count)}));
    EXPECT_THAT(apart.out, HasSubstr("\"gaps\": 1, \"lost_messages\": 1, "));
    EXPECT_THAT(apart.out, HasSubstr("\"unapplied\": 0,"));
}

TEST_F(ReplayPackets, AnotherSessionStartsAfresh) {
    const Day day = acme_day();
    const Ran ran = run(json_of({packets("1.pcap", day, 1, day.count(), "S1"),
                                 packets("2.pcap", day, 1, day.count(), "S2")}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr("\"duplicate_order\": 0,"));
    EXPECT_THAT(ran.out, HasSubstr("\"book_updates\": 10, "));
    EXPECT_THAT(ran.out, HasSubstr(R"("trades": 2, "trade_volume": "40")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10", "110", 2]])"));
}

TEST_F(ReplayPackets, StrictNamesThePacket) {
    Day day;
    day.start().remove(1, 1, 5);
    ReplayOptions options = json_of({packets("a.pcap", day, 0, 2)});
    options.strict = true;
    const Ran ran = run(options);
    EXPECT_EQ(ran.status, 3);
    // The file's head, then one packet of 16 + 14 + 20 + 8 + 20 + 14 bytes.
    EXPECT_THAT(ran.err, HasSubstr("(byte 116)"));
    EXPECT_THAT(ran.err, HasSubstr("refused: unknown_locate: OrderDelete"));
}

// ---------------------------------------------------------------------------------------- tables

TEST_F(Replay, TablesFitAHundredColumns) {
    ReplayOptions options = json_of({file("a.itch", busy_day(60, 3000))});
    options.json = false;
    const Ran busiest = run(options);
    EXPECT_EQ(busiest.status, 0);
    EXPECT_THAT(busiest.out, HasSubstr("and 40 more with data;"));
    options.symbols = {"S7", "NOPE"};
    const Ran asked = run(options);
    EXPECT_EQ(asked.err, "tickweir replay: no instrument NOPE in what was read\n");
    EXPECT_THAT(asked.out, HasSubstr("orders        quantity           bid  ask"));
    std::istringstream lines{busiest.out + asked.out};
    for (std::string line; std::getline(lines, line);)
        EXPECT_TRUE(line.size() <= 100 || line.starts_with("captures")) << line;
}

TEST_F(Replay, TablesShowNoControlCharacters) {
    Day day;
    day.start().add(1, 1, 1, 'B', 5, 50'000, "\x1b[2J");
    ReplayOptions options = json_of({file("a.itch", day)});
    options.json = false;
    EXPECT_THAT(run(options).out, HasSubstr(".[2J"));
    EXPECT_THAT(run(options).out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace tickweir::gateway::tests
