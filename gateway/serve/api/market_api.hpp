// The HTTP endpoints of INTERFACES §5: routes a request, checks what it asks for, and writes the
// answer from the store without a lock. Pure but for what it reads; one owner thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "book/types.hpp"
#include "gateway/page/page.hpp"
#include "gateway/serve/api/access_keys.hpp"
#include "gateway/serve/api/account_desk.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/api/status.hpp"
#include "gateway/serve/api/symbol_index.hpp"
#include "gateway/serve/api/target.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// Where books come from: the hub, which has the whole ones.
class BookSource {
public:
    /// The JSON of an l2 snapshot; none: it comes later as the answer `pending`.
    virtual std::optional<std::string> book(book::InstrumentId instrument, unsigned depth,
                                            PendingAnswer pending, book::TimeNs now) = 0;

protected:
    ~BookSource() = default;
};

/// What an answer may be at most.
struct ApiLimits {
    TargetLimits target;
    std::size_t instruments = 10'000;  ///< in one answer
    std::size_t trades = 1'000;        ///< likewise
    std::size_t trades_default = 100;
    std::size_t trades_kept = 1'024;  ///< by the store for an instrument; what can be asked for
    unsigned depth = 1'000;
    unsigned depth_default = 10;
    std::size_t candidates = 16;  ///< named in the answer to an ambiguous symbol
};

/// Paging. `/v1/instruments?after=&limit=`: `next` is the value of `after` for the rest.
/// `/v1/trades/{symbol}?from=&to=&limit=`: trades oldest first, both bounds inclusive, in ns. With
/// `from` they are the first `limit` ones and `next` is the `from` of what follows; without, they
/// are the newest `limit` ones and `next` is the `to` of what was before. Such a value is
/// `[TIME]:NUMBER`, the time bound that was given and the number of a trade, so that trades of the
/// same time are neither lost nor repeated. `next` is null where nothing was cut.
/// `/v1/accounts/{account}?after=&limit=`: open orders by OrderID, `next` is the `after` of the
/// rest.
class MarketApi final : public Api {
public:
    /// `resources` are the page's; everything given by reference must outlive the API.
    MarketApi(const ApiLimits& limits, const store::MarketStore& store, BookSource& books,
              StatusSource& status, AccessKeys keys, std::span<const Resource> resources);
    ~MarketApi() override;

    std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                       book::TimeNs now) override;
    std::optional<HttpResponse> authorize(const HttpRequest& request) override;

    /// The keys of a reloaded configuration, for requests from now on.
    void set_keys(AccessKeys keys) { keys_ = std::move(keys); }
    /// Who answers for `/v1/accounts/`, outliving the API; none: it is 404.
    void show_accounts(AccountDesk& desk) { accounts_ = &desk; }
    /// The load mode: queries and history are answered 503 where it does not admit them.
    void set_mode(shield::LoadMode mode) { mode_ = mode; }
    /// Requests that were refused for that.
    std::uint64_t shed() const { return shed_; }
    /// Whether `/metrics` answers; else it is 404.
    void show_metrics(bool shown) { metrics_shown_ = shown; }

private:
    struct Call;
    struct Route;
    static const Route* find_route(const Target& target);
    const Resource* find_resource(const Target& target) const;
    static HttpResponse page(const Resource& resource);
    std::optional<HttpResponse> refusal(std::string_view authorization, Right right) const;
    /// The instrument of a name, or 404 or 409.
    std::variant<book::InstrumentId, HttpResponse> find_instrument(std::string_view name) const;
    std::string full_name(book::InstrumentId id) const;

    std::optional<HttpResponse> instruments(const Call& call);
    std::optional<HttpResponse> quote(const Call& call);
    std::optional<HttpResponse> book(const Call& call);
    std::optional<HttpResponse> trades(const Call& call);
    std::optional<HttpResponse> status(const Call& call);
    std::optional<HttpResponse> health(const Call& call);
    std::optional<HttpResponse> readiness(const Call& call);
    std::optional<HttpResponse> metrics(const Call& call);
    std::optional<HttpResponse> account(const Call& call);
    std::optional<HttpResponse> balance(const Call& call);
    std::optional<HttpResponse> not_built(const Call& call);

    ApiLimits limits_;
    const store::MarketStore& store_;
    BookSource& books_;
    StatusSource& status_;
    AccessKeys keys_;
    AccountDesk* accounts_ = nullptr;
    bool metrics_shown_ = true;
    shield::LoadMode mode_ = shield::LoadMode::normal;
    std::uint64_t shed_ = 0;
    std::span<const Resource> resources_;
    SymbolIndex symbols_;
    std::vector<store::Trade> trades_;  // room for those of one instrument
};

}  // namespace tickweir::gateway
