// Who is let in, and what counts as a key.
#include "gateway/serve/api/access_keys.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tickweir::gateway {
namespace {

const AccessKeys keys{{{"alpha", 1}, {"beta-2", 3}, {"gamma==", 2}}};

TEST(AccessKeys, OpenEverythingWithoutKeys) {
    const AccessKeys none{{}};
    EXPECT_EQ(none.check("", Right::market_data), Access::granted);
    EXPECT_EQ(none.check("Bearer x", Right::metrics), Access::granted);
}

TEST(AccessKeys, GrantWhatAKeyHasARightTo) {
    EXPECT_EQ(keys.check("Bearer alpha", Right::market_data), Access::granted);
    EXPECT_EQ(keys.check("Bearer alpha", Right::metrics), Access::forbidden);
    EXPECT_EQ(keys.check("bEARER   beta-2", Right::metrics), Access::granted);
    EXPECT_EQ(keys.check("Bearer gamma==", Right::metrics), Access::granted);
    EXPECT_EQ(keys.check("Bearer gamma==", Right::market_data), Access::forbidden);
}

TEST(AccessKeys, KnowOnlyWholeKeys) {
    for (const char* sent : {"Bearer alph", "Bearer alphaa", "Bearer alphaalpha", "Bearer Alpha",
                             "Bearer beta-3", "Bearer gamma", "Bearer gamma==="})
        EXPECT_EQ(keys.check(sent, Right::market_data), Access::unknown_key) << sent;
}

TEST(AccessKeys, SeeNoKeyInAnythingElse) {
    for (const char* sent : {"", "Bearer", "Bearer ", "Beareralpha", "Basic alpha", "alpha",
                             "Bearer al pha", "Bearer alpha ", "Bearer =", "Bearer a=b"})
        EXPECT_EQ(keys.check(sent, Right::market_data), Access::no_key) << sent;
}

TEST(AccessKeys, RefuseKeysNobodyCouldSend) {
    for (const char* key : {"", "=", "a b", "a\n", "a=b", "\xc3\xa9"}) {
        EXPECT_THROW(AccessKeys({{"fine", 3}, {key, 3}}), std::invalid_argument) << key;
        EXPECT_FALSE(is_bearer_key(key)) << key;
    }
    EXPECT_TRUE(is_bearer_key("AZaz09-._~+/=="));
    try {
        AccessKeys refused{{{"fine", 3}, {"se cret", 3}}};
    } catch (const std::invalid_argument& error) {
        EXPECT_EQ(std::string{error.what()}.find("se cret"), std::string::npos);
        EXPECT_NE(std::string{error.what()}.find("key 2"), std::string::npos);
    }
}

}  // namespace
}  // namespace tickweir::gateway
