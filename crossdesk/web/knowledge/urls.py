from __future__ import annotations

from django.urls import path

from crossdesk.web.knowledge import article, browse, writing

urlpatterns = [
    path("knowledge/", browse.browse),
    path("knowledge/new/", writing.new),
    path("knowledge/from/<str:reference>/", writing.from_case),
    path("knowledge/<str:reference>/", article.article),
    path("knowledge/<str:reference>/answer/", article.answer),
    path("knowledge/<str:reference>/versions/<int:number>/", article.version),
    path("knowledge/<str:reference>/difference/", article.compared),
    path("knowledge/<str:reference>/files/<int:pk>/", article.file),
    path("knowledge/<str:reference>/edit/", writing.edit),
    path("knowledge/<str:reference>/drop/", writing.drop),
    path("knowledge/<str:reference>/files/", writing.attach),
    path("knowledge/<str:reference>/files/<int:pk>/removal/", writing.remove),
    path("knowledge/<str:reference>/publish/", writing.publish),
    path("knowledge/<str:reference>/review/", writing.review),
    path("knowledge/<str:reference>/retire/", writing.retire),
]
