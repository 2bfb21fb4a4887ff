#include "gateway/fix/market_data/market_data_desk.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/publisher.hpp"
#include "gateway/fix/market_data/requests.hpp"
#include "gateway/fix/market_data/security_list.hpp"
#include "gateway/fix/market_data/status_desk.hpp"
#include "gateway/replica/market_input.hpp"
#include "gateway/shield/shed_policy.hpp"
#include "gateway/shield/throttle.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace msg_type = codecs::fix::msg_type;
namespace tag = codecs::fix::tag;

// Nobody tells when a ring of requests, or a session's queue, has room again.
constexpr std::chrono::milliseconds look_again{1};

}  // namespace

struct MarketDataDesk::Impl {
    Impl(const MarketDataLimits& given, std::string venue, const store::MarketStore& used_store,
         FixMarketInput heard, book::MemoryBudget* budget)
        : limits{given},
          own_venue{std::move(venue)},
          store{used_store},
          markets{std::move(heard.markets)},
          watches{markets, instruments},
          subscriptions{budget},
          sender{limits, counts},
          parts{limits, store,  instruments, watches, subscriptions,
                sender, counts, own_venue,   budget},
          statuses{parts, own_venue},
          publisher{parts, statuses},
          requests{parts, publisher},
          list{parts},
          input{{instruments, watches, markets, orders, budget}, publisher, given.events_per_turn},
          events_per_turn{given.events_per_turn} {
        replica::learn_instruments(instruments, store, markets);
    }

    void begin(book::TimeNs at, SessionOutput& output) {
        now = at;
        publisher.set_now(at);
        sender.bind(output);
        replica::learn_instruments(instruments, store, markets);
    }
    /// Whether the session's rate or the mode refuses the request, which is answered then.
    bool refuses(SessionId session, const codecs::fix::Message& message, SessionOutput& output) {
        const auto kind = message.find(tag::subscription_request_type);
        if (kind && *kind == "2") return false;  // its end makes less work
        std::optional<shield::Gcra>& rate = rates[static_cast<std::size_t>(session)];
        if (rate && !rate->admit(now)) {
            ++counts.over_limit;
            refuse(session, message, output, throttled);
            return true;
        }
        const shield::ShedCause cause = shield::shed_by(mode, shield::PriorityClass::query);
        if (cause == shield::ShedCause::none) return false;
        refuse(session, message, output, shield::shed_text(cause, mode));
        return true;
    }
    void refuse(SessionId session, const codecs::fix::Message& message, SessionOutput& output,
                std::string_view text) {
        ++counts.refused;
        const codecs::fix::Tag id =
            message.msg_type() == msg_type::market_data_request     ? tag::md_req_id
            : message.msg_type() == msg_type::security_list_request ? tag::security_req_id
                                                                    : tag::security_status_req_id;
        static_cast<void>(output.business_reject(
            session, message, 0, message.find(id).value_or(std::string_view{}), text));
    }
    /// What a session used of its rate stays used, also over its logons.
    void learn_session(SessionId session) {
        const auto place = static_cast<std::size_t>(session);
        if (place < rates.size()) return;
        rates.resize(place + 1);
        set_rates();
    }
    void set_rates() {
        throttled.clear();
        if (limits.rate)
            throttled = "throttled: more than " + std::to_string(limits.rate->per_second) +
                        " requests a second";
        for (std::optional<shield::Gcra>& rate : rates) {
            if (!limits.rate)
                rate.reset();
            else if (rate)
                rate->set_rate(*limits.rate);
            else
                rate.emplace(*limits.rate);
        }
    }
    /// Behind everything that may have sent something.
    void settle() {
        publisher.settle();
        watches.send_requests(now);
        counts.open_requests = subscriptions.request_count();
        counts.subscriptions = subscriptions.subscription_count() + statuses.open_count();
    }

    MarketDataLimits limits;
    std::string own_venue;
    const store::MarketStore& store;
    std::vector<MarketLink> markets;
    replica::OrderAllowance orders;  // none: nobody asks for single orders here
    std::vector<replica::InstrumentState> instruments;
    MarketDataCounts counts;
    replica::Watches watches;
    market_data::Subscriptions subscriptions;
    market_data::Sender sender;
    market_data::DeskParts parts;
    market_data::StatusDesk statuses;
    market_data::Publisher publisher;
    market_data::Requests requests;
    market_data::SecurityList list;
    replica::MarketInput<market_data::Publisher> input;
    std::size_t events_per_turn;
    std::vector<std::optional<shield::Gcra>> rates;  // by SessionId
    std::string throttled;                           // what is said to who is beyond
    book::TimeNs now{};
    shield::LoadMode mode = shield::LoadMode::normal;
};

MarketDataDesk::MarketDataDesk(const MarketDataLimits& limits, std::string own_venue,
                               const store::MarketStore& store, FixMarketInput input,
                               book::MemoryBudget* clients_budget)
    : impl_{std::make_unique<Impl>(limits, std::move(own_venue), store, std::move(input),
                                   clients_budget)} {}
MarketDataDesk::~MarketDataDesk() = default;

bool MarketDataDesk::takes(std::string_view type) const {
    return type == msg_type::market_data_request || type == msg_type::security_list_request ||
           type == msg_type::security_status_request;
}

void MarketDataDesk::on_logon(SessionId session, book::TimeNs now, SessionOutput& output) {
    impl_->begin(now, output);
    impl_->learn_session(session);
    impl_->sender.on_logon(session);
    impl_->statuses.on_logon(session);
    ++impl_->counts.sessions;
}

void MarketDataDesk::on_logout(SessionId session, book::TimeNs now) {
    impl_->now = now;
    impl_->publisher.set_now(now);
    impl_->sender.on_logout(session);
    impl_->requests.on_logout(session);
    impl_->statuses.on_logout(session);
    impl_->list.on_logout(session);
    if (impl_->counts.sessions != 0) --impl_->counts.sessions;
    impl_->settle();
}

void MarketDataDesk::on_message(SessionId session, const codecs::fix::Message& message,
                                book::TimeNs now, SessionOutput& output) {
    impl_->begin(now, output);
    if (!impl_->sender.reaches(session)) return;
    ++impl_->counts.requests;
    const std::string_view type = message.msg_type();
    if (impl_->refuses(session, message, output)) return;
    if (type == msg_type::market_data_request)
        impl_->requests.on_request(session, message);
    else if (type == msg_type::security_list_request)
        impl_->list.on_request(session, message);
    else if (type == msg_type::security_status_request)
        impl_->statuses.on_request(session, message, now);
    impl_->settle();
}

bool MarketDataDesk::turn(book::TimeNs now, SessionOutput& output) {
    Impl& impl = *impl_;
    impl.begin(now, output);
    const std::size_t taken = impl.input.take(impl.events_per_turn);
    impl.input.levels_begun().clear();
    impl.counts.market_events += taken;
    impl.publisher.publish();
    bool worked = taken != 0;
    worked |= impl.publisher.catch_up();
    impl.publisher.settle();
    impl.statuses.publish(now);
    worked |= impl.statuses.catch_up();
    worked |= impl.list.turn();
    worked |= impl.watches.end_lingering(now);
    impl.settle();
    return worked;
}

bool MarketDataDesk::has_work() const {
    return impl_->input.has_work() || impl_->statuses.mode_waits() || impl_->list.has_work() ||
           impl_->instruments.size() != impl_->store.instruments().count();
}

std::optional<book::TimeNs> MarketDataDesk::next_due() const {
    std::optional<book::TimeNs> due = impl_->watches.next_due();
    const auto sooner = [&](std::optional<book::TimeNs> time) {
        if (time && (!due || *time < *due)) due = time;
    };
    sooner(impl_->publisher.next_due());
    if (impl_->watches.has_unsent() || impl_->statuses.has_behind() || !impl_->list.empty())
        sooner(impl_->now + look_again);
    return due;
}

void MarketDataDesk::set_mode(shield::LoadMode mode) {
    impl_->mode = mode;
    impl_->statuses.set_mode(shield::to_string(mode));
}

void MarketDataDesk::set_limits(const MarketDataLimits& limits) {
    impl_->limits = limits;
    impl_->set_rates();
}

const MarketDataCounts& MarketDataDesk::counts() const {
    return impl_->counts;
}

}  // namespace tickweir::gateway::fix
