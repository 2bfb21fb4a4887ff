// What a market shard has promised to send and could not send yet for lack of room: beginnings of
// watches, and the state of instruments. While any is left no book changes, so that what is sent in
// pieces is of one moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/market/market_output.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// How far a beginning got: `done`, or the place to go on from once there is room.
struct Begun {
    bool done = true;
    std::size_t next = 0;
};

/// Where an instrument's books are kept. Called by the shard's thread.
class InstrumentSource {
public:
    /// Sends the book from the `from`-th level (order) on, until the link's ring is full.
    virtual Begun send_levels(std::size_t link, book::InstrumentId instrument,
                              std::size_t from) = 0;
    virtual Begun send_orders(std::size_t link, book::InstrumentId instrument,
                              std::size_t from) = 0;
    virtual store::Quote quote(book::InstrumentId instrument) const = 0;
    virtual store::InstrumentStatus status(book::InstrumentId instrument) = 0;
    /// When something happened to the instrument's book last, or a trade was printed, by the
    /// exchange's clock; 0: never.
    virtual std::int64_t last_event_ns(book::InstrumentId instrument) const = 0;

protected:
    ~InstrumentSource() = default;
};

/// A queue of such jobs, each at most once. Grows to twice the instruments a link and no further.
class MarketJobs {
public:
    MarketJobs(MarketOutput& output, store::MarketStore& store, std::size_t instruments);

    /// Whose instrument it is; before anything is asked about it.
    void assign(book::InstrumentId instrument, InstrumentSource& source);
    bool assigned(book::InstrumentId instrument) const { return source(instrument) != nullptr; }
    /// Who was assigned it; none: nobody.
    const InstrumentSource* source(book::InstrumentId instrument) const {
        const auto index = static_cast<std::size_t>(instrument);
        return index < sources_.size() ? sources_[index] : nullptr;
    }

    /// A link's wish; beginnings of what is new follow. Unknown instruments are ignored (counted).
    void watch(std::size_t link, const WatchRequest& request);

    /// What a replaced book changes.
    static constexpr std::uint8_t books = static_cast<std::uint8_t>(Watch::quote) |
                                          static_cast<std::uint8_t>(Watch::levels) |
                                          static_cast<std::uint8_t>(Watch::orders);

    /// The instrument's book was replaced: all that watch it get its beginning again.
    void begin_again(book::InstrumentId instrument, std::uint8_t watches = books);
    /// One link could not be told of a change: it gets that beginning again.
    void begin_again(std::size_t link, book::InstrumentId instrument, Watch watch) {
        want(link, instrument,
             static_cast<std::uint8_t>(output_.watched(link, instrument) &
                                       static_cast<std::uint8_t>(watch)));
    }

    /// The instrument's status may have changed: the store and all links hear of it.
    void status_changed(book::InstrumentId instrument);

    bool empty() const { return first_ == queue_.size(); }

    /// Works off what there is room for; `now_ns` stamps changes of status. Whether anything left.
    bool run(std::int64_t now_ns);

    std::uint64_t unknown_watches() const { return unknown_watches_; }

private:
    static constexpr std::uint32_t all_links = ~std::uint32_t{0};
    struct Job {
        book::InstrumentId instrument{};
        std::uint32_t link = all_links;  ///< all: a change of status
    };

    /// Whether it is this beginning that waits for room.
    bool is_under_way(std::size_t link, book::InstrumentId instrument) const {
        return first_ < queue_.size() && queue_[first_].link == link &&
               queue_[first_].instrument == instrument;
    }
    bool run_one(const Job& job, std::int64_t now_ns);
    bool send_status(book::InstrumentId instrument, std::int64_t now_ns);
    bool begin(std::size_t link, book::InstrumentId instrument, std::uint8_t& wanted);
    std::uint8_t& wanted(std::size_t link, book::InstrumentId instrument) {
        return output_.beginnings(link, instrument);
    }
    void want(std::size_t link, book::InstrumentId instrument, std::uint8_t watches);

    MarketOutput& output_;
    store::MarketStore& store_;
    std::vector<InstrumentSource*> sources_;   // by instrument
    std::vector<std::uint8_t> status_queued_;  // by instrument
    std::vector<Job> queue_;
    std::size_t first_ = 0;  // of the queue
    std::size_t place_ = 0;  // in the book that the first job is sending
    std::size_t told_ = 0;   // links that have the status that the first job is sending
    std::uint64_t unknown_watches_ = 0;
};

}  // namespace tickweir::gateway
