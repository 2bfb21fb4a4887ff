#include "gateway/serve/api/market_api.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "gateway/serve/api/answers.hpp"
#include "gateway/serve/api/market_json.hpp"
#include "gateway/serve/api/status_json.hpp"
#include "gateway/serve/api/trade_page.hpp"
#include "gateway/serve/json_numbers.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway {

using shield::PriorityClass;

/// A request on its way to its endpoint.
struct MarketApi::Call {
    const Target& target;
    PendingAnswer pending;
    book::TimeNs now;
};

struct MarketApi::Route {
    using Handler = std::optional<HttpResponse> (MarketApi::*)(const Call&);
    static constexpr std::string_view any = "{}";  // stands for a segment of any text
    static constexpr std::size_t parts_max = 5;
    static constexpr std::size_t parameters_max = 3;

    std::array<std::string_view, parts_max> parts;  // empty ones at the end do not count
    std::optional<Right> right;                     // none: open to everyone
    Handler answer;
    std::array<std::string_view, parameters_max> takes{};  // likewise
    bool takes_all = false;
    bool of_account = false;  // it needs the account's own key
    // Whoever wants to know how the gateway is gets an answer in every mode.
    PriorityClass urgency = PriorityClass::query;

    bool matches(const Target& target) const {
        for (std::size_t i = 0; i < parts_max; ++i) {
            if (i == target.segment_count()) return parts[i].empty();
            const std::string_view segment = target.segment(i);
            if (parts[i].empty() || segment.empty()) return false;
            if (parts[i] != any && parts[i] != segment) return false;
        }
        return target.segment_count() == parts_max;
    }
};

const MarketApi::Route* MarketApi::find_route(const Target& target) {
    static constexpr auto data = Right::market_data;
    constexpr auto control = PriorityClass::control;
    constexpr auto history = PriorityClass::history;
    static constexpr Route routes[] = {
        {{"v1", "quotes", Route::any}, data, &MarketApi::quote},
        {{"v1", "books", Route::any}, data, &MarketApi::book, {"depth"}},
        {{"v1", "trades", Route::any}, data, &MarketApi::trades, {"from", "to", "limit"}},
        {{"v1", "instruments"}, data, &MarketApi::instruments, {"after", "limit"}},
        {{"v1", "status"}, data, &MarketApi::status, {}, false, false, control},
        {{"healthz"}, std::nullopt, &MarketApi::health, {}, false, false, control},
        {{"readyz"}, std::nullopt, &MarketApi::readiness, {}, false, false, control},
        {{"metrics"}, Right::metrics, &MarketApi::metrics, {}, false, false, control},
        {{"v1", "candles", Route::any}, data, &MarketApi::not_built, {}, true, false, history},
        {{"v1", "asof", Route::any}, data, &MarketApi::not_built, {}, true, false, history},
        {{"v1", "analytics", Route::any, Route::any},
         data,
         &MarketApi::not_built,
         {},
         true,
         false,
         history},
        {{"v1", "accounts", Route::any},
         std::nullopt,
         &MarketApi::account,
         {"after", "limit"},
         false,
         true},
        {{"v1", "accounts", Route::any, "balances", Route::any},
         std::nullopt,
         &MarketApi::balance,
         {},
         false,
         true},
    };
    const auto found =
        std::ranges::find_if(routes, [&](const Route& route) { return route.matches(target); });
    return found == std::end(routes) ? nullptr : found;
}

namespace {

HttpResponse answer_of(std::string body) {
    HttpResponse answer;
    answer.body = std::move(body);
    return answer;
}

}  // namespace

// -------------------------------------------------------------------------------- from the outside

MarketApi::MarketApi(const ApiLimits& limits, const store::MarketStore& store, BookSource& books,
                     StatusSource& status, AccessKeys keys, std::span<const Resource> resources)
    : limits_{limits},
      store_{store},
      books_{books},
      status_{status},
      keys_{std::move(keys)},
      resources_{resources},
      symbols_{store.instruments()},
      trades_(limits.trades_kept) {}

MarketApi::~MarketApi() = default;

std::optional<HttpResponse> MarketApi::handle(const HttpRequest& request, PendingAnswer pending,
                                              book::TimeNs now) {
    const auto parsed = Target::parse(request.target, limits_.target);
    if (const auto* error = std::get_if<TargetError>(&parsed))
        return error_answer(error->status, error->reason);
    const Target& target = std::get<Target>(parsed);
    const Resource* const resource = find_resource(target);
    const Route* const route = resource == nullptr ? find_route(target) : nullptr;
    if (resource == nullptr && route == nullptr)
        return error_answer(404, "there is nothing at " + quoted_excerpt(target.path()));
    if (request.method != "GET" && request.method != "HEAD")
        return error_answer(405, "method " + quoted_excerpt(request.method) +
                                     " is not allowed; there are GET and HEAD");
    if (resource != nullptr) return page(*resource);
    if (route->right) {
        if (auto refused = refusal(request.authorization, *route->right)) return refused;
    }
    if (route->of_account) {
        if (accounts_ == nullptr) return error_answer(404, "this gateway runs no venue");
        if (auto refused = accounts_->refusal(request.authorization, target.segment(2)))
            return refused;
    }
    if (!route->takes_all) {
        const std::string wrong = unknown_parameter(target, route->takes);
        if (!wrong.empty()) return error_answer(400, wrong);
    }
    const bool sheds = route->urgency != PriorityClass::control;
    const auto shed = sheds ? shield::shed_by(mode_, route->urgency) : shield::ShedCause::none;
    if (shed != shield::ShedCause::none) {
        ++shed_;
        return error_answer(503, shield::shed_text(shed, mode_));
    }
    symbols_.refresh();
    return (this->*route->answer)({target, pending, now});
}

std::optional<HttpResponse> MarketApi::authorize(const HttpRequest& request) {
    return refusal(request.authorization, Right::market_data);
}

std::optional<HttpResponse> MarketApi::refusal(std::string_view authorization, Right right) const {
    // Who trades here may see what everybody sees who may.
    if (right == Right::market_data && accounts_ != nullptr &&
        accounts_->keys().knows(authorization))
        return std::nullopt;
    switch (keys_.check(authorization, right)) {
        case Access::granted:
            return std::nullopt;
        case Access::no_key:
            return error_answer(401, "a key is needed: Authorization: Bearer KEY");
        case Access::unknown_key:
            return error_answer(401, "the key is not known");
        case Access::forbidden:
            return error_answer(403, "the key does not allow this");
    }
    return std::nullopt;
}

const Resource* MarketApi::find_resource(const Target& target) const {
    const auto found = std::ranges::find(resources_, target.path(), &Resource::path);
    return found == resources_.end() ? nullptr : &*found;
}

HttpResponse MarketApi::page(const Resource& resource) {
    HttpResponse answer;
    answer.content_type = resource.content_type;
    answer.content_security_policy = resource.content_security_policy;
    answer.body = resource.body;
    return answer;
}

// ------------------------------------------------------------------------------------- market data

std::variant<book::InstrumentId, HttpResponse> MarketApi::find_instrument(
    std::string_view name) const {
    if (const auto only = symbols_.find_only(name)) return *only;
    const auto candidates = symbols_.find_all(name);
    if (candidates.empty()) return error_answer(404, "unknown instrument " + quoted_excerpt(name));
    std::string names;
    std::string list;
    for (std::size_t i = 0; i < std::min(candidates.size(), limits_.candidates); ++i) {
        const std::string full = full_name(candidates[i]);
        (names += i == 0 ? "" : ", ") += full;
        list += i == 0 ? "" : ",";
        append_json_string(list, full);
    }
    if (candidates.size() > limits_.candidates)
        names += " and " + std::to_string(candidates.size() - limits_.candidates) + " more";
    HttpResponse answer =
        error_answer(409, quoted_excerpt(name) + " is ambiguous; there are " + names);
    answer.body.back() = ',';
    answer.body += "\"candidates\":[" + list + "]}";
    return answer;
}

std::string MarketApi::full_name(book::InstrumentId id) const {
    const store::Instrument& instrument = store_.instruments()[id];
    return instrument.venue + ':' + instrument.symbol;
}

std::optional<HttpResponse> MarketApi::instruments(const Call& call) {
    const auto limit =
        count_parameter(call.target, "limit", 1, limits_.instruments, limits_.instruments);
    if (const auto* wrong = std::get_if<std::string>(&limit)) return error_answer(400, *wrong);
    std::size_t first = 0;
    if (const auto after = call.target.parameter("after")) {
        const auto found = find_instrument(*after);
        if (const auto* refused = std::get_if<HttpResponse>(&found)) return *refused;
        first = static_cast<std::size_t>(std::get<book::InstrumentId>(found)) + 1;
    }
    const std::size_t count = symbols_.count();
    const std::size_t end = first + std::min(count - first, std::get<std::uint64_t>(limit));
    constexpr std::size_t bytes_each = 224;
    std::string body;
    body.reserve(64 + (end - first) * bytes_each);
    body += "{\"instruments\":[";
    for (std::size_t i = first; i < end; ++i) {
        const auto id = static_cast<book::InstrumentId>(i);
        if (i != first) body += ',';
        append_instrument(body, store_.instruments()[id], store_.instruments().scaling(id),
                          store_.latest_status(id));
    }
    body += "],\"next\":";
    if (end < count)
        append_json_string(body, full_name(static_cast<book::InstrumentId>(end - 1)));
    else
        body += "null";
    body += '}';
    return answer_of(std::move(body));
}

std::optional<HttpResponse> MarketApi::quote(const Call& call) {
    const auto found = find_instrument(call.target.segment(2));
    if (const auto* refused = std::get_if<HttpResponse>(&found)) return *refused;
    const auto id = std::get<book::InstrumentId>(found);
    std::string body;
    body.reserve(512);
    append_quote(body, store_.instruments()[id], store_.latest_quote(id), store_.latest_trade(id),
                 store_.latest_status(id));
    return answer_of(std::move(body));
}

std::optional<HttpResponse> MarketApi::book(const Call& call) {
    const auto found = find_instrument(call.target.segment(2));
    if (const auto* refused = std::get_if<HttpResponse>(&found)) return *refused;
    const auto depth =
        count_parameter(call.target, "depth", 1, limits_.depth, limits_.depth_default);
    if (const auto* wrong = std::get_if<std::string>(&depth)) return error_answer(400, *wrong);
    auto body =
        books_.book(std::get<book::InstrumentId>(found),
                    static_cast<unsigned>(std::get<std::uint64_t>(depth)), call.pending, call.now);
    if (!body) return std::nullopt;
    HttpResponse answer = answer_of(std::move(*body));
    answer.status = status_of_book(answer.body);
    return answer;
}

namespace {

/// The bound, none where it is not given, or the reason why it is neither.
std::variant<std::optional<TradeBound>, std::string> bound_parameter(const Target& target,
                                                                     std::string_view name) {
    const auto text = target.parameter(name);
    if (!text) return std::optional<TradeBound>{};
    if (const auto bound = parse_trade_bound(*text)) return bound;
    return std::string{name} + " must be nanoseconds since the epoch or the 'next' of an answer, " +
           "got " + quoted_excerpt(*text);
}

/// What is asked for, or the reason why it makes no sense.
std::variant<TradeRange, std::string> trade_range(const Target& target, const ApiLimits& limits) {
    auto from = bound_parameter(target, "from");
    if (auto* wrong = std::get_if<std::string>(&from)) return std::move(*wrong);
    auto to = bound_parameter(target, "to");
    if (auto* wrong = std::get_if<std::string>(&to)) return std::move(*wrong);
    auto limit = count_parameter(target, "limit", 1, limits.trades, limits.trades_default);
    if (auto* wrong = std::get_if<std::string>(&limit)) return std::move(*wrong);
    const TradeRange range{std::get<0>(from), std::get<0>(to), std::get<std::uint64_t>(limit)};
    if (range.from && range.to && range.from->time_ns && range.to->time_ns &&
        *range.from->time_ns > *range.to->time_ns)
        return "from " + std::to_string(*range.from->time_ns) + " is later than to " +
               std::to_string(*range.to->time_ns);
    return range;
}

}  // namespace

std::optional<HttpResponse> MarketApi::trades(const Call& call) {
    const auto found = find_instrument(call.target.segment(2));
    if (const auto* refused = std::get_if<HttpResponse>(&found)) return *refused;
    const auto id = std::get<book::InstrumentId>(found);
    const auto range = trade_range(call.target, limits_);
    if (const auto* wrong = std::get_if<std::string>(&range)) return error_answer(400, *wrong);
    const std::size_t kept = store_.recent_trades(id, trades_);
    const TradePage page =
        select_trades(std::span{trades_}.first(kept), std::get<TradeRange>(range));
    constexpr std::size_t bytes_each = 160;
    std::string body;
    body.reserve(64 + page.trades.size() * bytes_each);
    body += "{\"trades\":[";
    for (const store::Trade& trade : page.trades) {
        if (&trade != page.trades.data()) body += ',';
        append_trade(body, trade);
    }
    body += "],\"next\":";
    if (page.next)
        append_json_string(body, to_text(*page.next));
    else
        body += "null";
    body += '}';
    return answer_of(std::move(body));
}

// -------------------------------------------------------------------------------- about the
// gateway

std::optional<HttpResponse> MarketApi::status(const Call& call) {
    return answer_of(status_json(status_.status(call.now), symbols_.count()));
}

std::optional<HttpResponse> MarketApi::health(const Call&) {
    return answer_of("{\"status\":\"up\"}");
}

std::optional<HttpResponse> MarketApi::readiness(const Call& call) {
    const std::string reason = unready_reason(status_.status(call.now));
    if (!reason.empty()) return error_answer(503, reason);
    return answer_of("{\"status\":\"ready\"}");
}

std::optional<HttpResponse> MarketApi::metrics(const Call& call) {
    if (!metrics_shown_) return error_answer(404, "metrics are turned off by metrics.enabled");
    HttpResponse answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = status_.metrics_text(call.now);
    return answer;
}

std::optional<HttpResponse> MarketApi::account(const Call& call) {
    const auto after = count_parameter(call.target, "after", 0, INT64_MAX, 0);
    if (const auto* wrong = std::get_if<std::string>(&after)) return error_answer(400, *wrong);
    const auto limit =
        count_parameter(call.target, "limit", 1, account_orders_max, account_orders_max);
    if (const auto* wrong = std::get_if<std::string>(&limit)) return error_answer(400, *wrong);
    return accounts_->ask(control::ViewAccount{.account = std::string{call.target.segment(2)},
                                               .after = std::get<std::uint64_t>(after),
                                               .orders_max = std::get<std::uint64_t>(limit)},
                          call.pending, call.now);
}

std::optional<HttpResponse> MarketApi::balance(const Call& call) {
    return accounts_->ask(control::ViewBalance{.account = std::string{call.target.segment(2)},
                                               .asset = std::string{call.target.segment(4)}},
                          call.pending, call.now);
}

std::optional<HttpResponse> MarketApi::not_built(const Call& call) {
    return error_answer(
        404, "this build does not have /v1/" + std::string{call.target.segment(1)} + " yet");
}

}  // namespace tickweir::gateway
