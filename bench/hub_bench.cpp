// The hub's fan-out by itself: quotes of a synthetic market go to 1,000 clients that watch 20 of
// 500 instruments each, through queues and out to sockets that take everything. Tells ns and
// frames a second, and what part is encoding, queueing and gathering. The baseline copies the same
// number of frames of the same length, one after the other.
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/rounds.hpp"
#include "book/ensure.hpp"
#include "gateway/serve/hub.hpp"

namespace tickweir::bench {
namespace {

constexpr std::size_t instruments = 500;
constexpr std::size_t clients = 1'000;
constexpr std::size_t each = 20;
constexpr std::size_t quotes = 4'000;  // a run
constexpr std::size_t frames = quotes * clients * each / instruments;
constexpr std::size_t quotes_a_turn = 250;

enum class Wish { every, conflated, same };

/// A hub with its subscribers, and the market's end of its rings.
class Serving {
public:
    explicit Serving(Wish wish)
        : store_{
              {.instruments = instruments, .active_instruments = instruments}, nullptr, nullptr} {
        for (std::size_t i = 0; i < instruments; ++i) {
            store::Instrument instrument;
            instrument.venue = "nasdaq";
            instrument.symbol = "SYM" + std::to_string(i);
            instrument.price_decimals = 4;
            store_.instruments().add(instrument);
        }
        hub_ = std::make_unique<gateway::Hub>(
            gateway::HubLimits{}, store_,
            std::vector{gateway::MarketLink{&events_, &requests_, nullptr, nullptr}}, nullptr);
        std::mt19937_64 random{7};
        for (std::size_t client = 0; client < clients; ++client) {
            ids_.push_back(*hub_->open(now_));
            std::string text = R"({"op":"subscribe","channel":"l1","conflate_ms":)";
            text += wish == Wish::conflated ? "10" : "0";
            text += R"(,"symbols":[)";
            for (std::size_t i = 0; i < each; ++i)
                text += (i == 0 ? "\"SYM" : ",\"SYM") +
                        std::to_string(wish == Wish::same ? client / 40 * each + i
                                                          : (random() % 25) * each + i) +
                        '"';
            hub_->on_message(ids_.back(), text + "]}", now_);
        }
        while (const auto request = requests_.try_pop()) {
            put(static_cast<std::uint32_t>(request->instrument));
            hub_->turn(now_);
        }
        events_.publish();
        turn();
    }

    void run() {
        for (std::size_t i = 0; i < quotes; i += quotes_a_turn) {
            for (std::size_t quote = 0; quote < quotes_a_turn; ++quote)
                put(static_cast<std::uint32_t>(next_++ * 7 % instruments));
            events_.publish();
            now_ += std::chrono::milliseconds{10};
            turn();
        }
    }

    std::uint64_t frames_sent() const { return hub_->counts().frames; }
    std::uint64_t encoded() const { return hub_->counts().encoded; }
    std::uint64_t bytes() const { return hub_->counts().frame_bytes; }
    std::uint64_t pieces() const { return pieces_; }
    std::uint64_t calls() const { return calls_; }
    double turn_share() const { return turn_ns_ / (turn_ns_ + send_ns_); }

private:
    using Clock = std::chrono::steady_clock;

    void put(std::uint32_t instrument) {
        struct {
            gateway::MarketEventHeader header;
            store::Quote quote;
        } record{};
        record.header.kind = gateway::MarketEventKind::quote;
        record.header.instrument = book::InstrumentId{instrument};
        record.header.count = 1;
        record.header.exchange_ns = now_.time_since_epoch().count();
        record.quote.scale = {.price_decimals = 4, .quantity_decimals = 0};
        record.quote.has_bid = record.quote.has_ask = 1;
        record.quote.bid = {1'899'500 + static_cast<std::int64_t>(next_ % 100) * 100};
        record.quote.bid_open = {300 + static_cast<std::int64_t>(next_ % 7)};
        record.quote.ask = {1'910'000 + static_cast<std::int64_t>(next_ % 100) * 100};
        record.quote.ask_open = {100};
        const auto room = events_.reserve(sizeof record);
        book::ensure(room.data() != nullptr);
        std::memcpy(room.data(), &record, sizeof record);
        events_.commit(sizeof record);
    }

    void turn() {
        const auto begun = Clock::now();
        hub_->turn(now_);
        const auto turned = Clock::now();
        for (const gateway::ClientId client : hub_->due()) {
            std::array<iovec, 64> parts;
            while (const std::size_t count = hub_->gather(client, parts)) {
                std::size_t bytes = 0;
                for (std::size_t i = 0; i < count; ++i)
                    bytes += parts[i].iov_len;
                hub_->sent(client, bytes, now_);
                pieces_ += count;
                ++calls_;
            }
        }
        turn_ns_ += std::chrono::duration<double, std::nano>(turned - begun).count();
        send_ns_ += std::chrono::duration<double, std::nano>(Clock::now() - turned).count();
    }

    store::MarketStore store_;
    book::ByteRing events_{std::size_t{8} << 20};
    book::SpscRing<gateway::WatchRequest> requests_{1'024};
    std::unique_ptr<gateway::Hub> hub_;
    std::vector<gateway::ClientId> ids_;
    book::TimeNs now_{std::chrono::seconds{1'700'000'000}};
    std::uint64_t next_ = 0;
    std::uint64_t pieces_ = 0;
    std::uint64_t calls_ = 0;
    double turn_ns_ = 0;
    double send_ns_ = 0;
};

/// Do-nothing baseline: so many frames, each copied to its client's buffer.
class Copies {
public:
    void run() {
        for (std::size_t i = 0; i < frames; ++i) {
            char* const to = buffers_.data() + i % clients * room;
            std::memcpy(to + i / clients % 8 * length, frame_.data(), length);
        }
    }
    char last() const { return buffers_.back(); }

private:
    static constexpr std::size_t length = 170;
    static constexpr std::size_t room = 8 * length;
    std::string frame_ = std::string(length, 'x');
    std::vector<char> buffers_ = std::vector<char>(clients * room);
};

void tell(const char* name, const Serving& serving) {
    std::printf(
        "%-28s %6.2f frames an encoding, %5.1f bytes a frame, %4.1f frames a piece, "
        "%5.1f frames a call, %2.0f %% of the time in turns\n",
        name, static_cast<double>(serving.frames_sent()) / static_cast<double>(serving.encoded()),
        static_cast<double>(serving.bytes()) / static_cast<double>(serving.frames_sent()),
        static_cast<double>(serving.frames_sent()) / static_cast<double>(serving.pieces()),
        static_cast<double>(serving.frames_sent()) / static_cast<double>(serving.calls()),
        100 * serving.turn_share());
}

int run() {
    pin_to(0);
    Copies copies;
    Serving every{Wish::every};
    Serving same{Wish::same};
    Serving conflated{Wish::conflated};
    const std::uint64_t before = every.frames_sent();
    every.run();
    book::ensure(every.frames_sent() - before > frames / 2);
    std::vector<Contender> contenders{
        {"copies of the same frames", [] {}, [&] { copies.run(); }},
        {"hub, 20 of 500 each", [] {}, [&] { every.run(); }},
        {"hub, the same 20 for 40 clients", [] {}, [&] { same.run(); }},
        {"hub, conflated to 10 ms", [] {}, [&] { conflated.run(); }},
    };
    measure(contenders, frames, 9);
    print(contenders, 0);
    for (const Contender& contender : contenders)
        std::printf("%-58s %10.2f M frames/s\n", contender.name.c_str(), 1e3 / contender.median());
    tell("20 of 500 each", every);
    tell("same 20", same);
    tell("conflated", conflated);
    return copies.last() == 'y' ? 1 : 0;
}

}  // namespace
}  // namespace tickweir::bench

int main() {
    return tickweir::bench::run();
}
